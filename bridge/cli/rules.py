"""``bridge rules test``: which rule an issue meets, why, and what others change."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge.cli import rule_tables
from bridge.cli.options import (
    Misuse,
    asking,
    config_option,
    example,
    json_option,
    show,
)
from bridge.cli.paging import gathered

if TYPE_CHECKING:
    from bridge.domain.query import Attributes
    from bridge.domain.routing import Ruleset
    from bridge.web.ports import Desk

Answer = dict[str, Any]


@click.group(
    epilog=example("bridge rules test --issue issue.json", "bridge rules list")
)
@config_option
def rules() -> None:
    """The rules that say which issues get a case, and where."""


@rules.command(
    epilog=example(
        "bridge rules test --issue issue.json",
        "bridge rules test --recorded --against other.toml",
    )
)
@click.option(
    "--issue",
    metavar="FILE|ID",
    help="One issue: a JSON file that tells of it (or of a list), or its id.",
)
@click.option("--recorded", is_flag=True, help="All issues that the bridge has seen.")
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OTHER.toml",
    help="Other rules, to see what they would change.",
)
@json_option
@config_option
def test(
    *, issue: str | None, recorded: bool, against: Path | None, as_json: bool
) -> None:
    """Which rule each issue meets, why, and where its case would go.

    Nothing is written. With --against the exit status stays 0 when there are
    differences. OTHER.toml may be a whole configuration or only [[rules]].
    """
    if issue is not None and recorded:
        raise click.UsageError("give --issue or --recorded, not both")
    if issue is None and not recorded and against is None:
        raise click.UsageError("give --issue FILE|ID or --recorded")
    loaded, wrong = asking()
    others = _others(against)
    from bridge.cli import reach  # noqa: PLC0415 - slow to import

    if issue is None:
        answer = reach.ask(
            loaded, lambda desk: _recorded(desk, others), create=False, wrong=wrong
        )
        show(answer, as_json=as_json, text=rule_tables.recorded)
        return
    issues = _issues(issue)
    answers = reach.ask(loaded, lambda desk: _each(desk, issues, others), wrong=wrong)
    told = answers[0] if len(answers) == 1 else answers
    show(told, as_json=as_json, text=lambda _: rule_tables.tests(answers))


@rules.command("list", epilog=example("bridge rules list"))
@json_option
@config_option
def list_rules(*, as_json: bool) -> None:
    """The rules in force in their order, and how much each decides.

    How many of the recorded issues meet it as their first, and how many cases it has
    created.
    """
    loaded, wrong = asking()
    from bridge.cli import reach  # noqa: PLC0415 - slow to import

    told = reach.ask(
        loaded, lambda desk: desk.overview.rules(), create=False, wrong=wrong
    )
    show(told, as_json=as_json, text=rule_tables.rules)


def _others(path: Path | None) -> "Ruleset | None":
    from bridge.settings import ConfigError, read_rules  # noqa: PLC0415 - slow

    try:
        return read_rules(path) if path else None
    except ConfigError as exc:
        raise Misuse(str(exc)) from None


def _issues(text: str) -> "Sequence[Attributes | str]":
    """The issues told of in the file *text*, or the one with that id."""
    path = Path(text)
    if not path.is_file():
        if path.suffix == ".json":
            raise Misuse(f"{text}: no such file")
        return [text]
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - slow

    from bridge.web.questions import unfit  # noqa: PLC0415 - slow
    from bridge.web.rules import InlineIssue  # noqa: PLC0415 - slow

    try:
        read = TypeAdapter(list[InlineIssue]).validate_python(_json_list(path))
    except ValidationError as exc:
        raise Misuse(f"{text}: {unfit(exc)}") from None
    return [one.attributes() for one in read]


def _json_list(path: Path) -> list[Any]:
    import json  # noqa: PLC0415 - slow to import

    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise Misuse(f"{path}: {exc.strerror}") from None
    except ValueError as exc:
        raise Misuse(f"{path}: not JSON: {exc}") from None
    return told if isinstance(told, list) else [told]


async def _each(
    desk: "Desk", issues: "Sequence[Attributes | str]", others: "Ruleset | None"
) -> list[Answer]:
    answers = []
    for issue in issues:
        answer = await desk.rules_test(issue)
        if others:
            answer["against"] = await desk.rules_test(issue, others)
        answers.append(answer)
    return answers


async def _recorded(desk: "Desk", against: "Ruleset | None") -> Answer:
    """All pages as one answer, with how many issues *against* would move."""
    told = await gathered(
        lambda cursor, limit: desk.rules_recorded(
            against=against, cursor=cursor, limit=limit
        ),
        cursor=None,
        limit=0,
        is_all=True,
    )
    if not against:
        return told
    changed = sum(bool(item.get("changed")) for item in told["items"])
    counts = {"changed": changed, "unchanged": len(told["items"]) - changed}
    return {**told, **counts}

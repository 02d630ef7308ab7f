"""``bridge create`` and ``bridge backfill``: cases made from issues, one or many."""

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from bridge.cli.options import (
    BAD_ANSWER,
    asking,
    config_option,
    example,
    json_option,
    settings,
    show,
)

if TYPE_CHECKING:
    from bridge.settings import Settings

Answer = dict[str, Any]

_NOT_LOST = (
    "Not waited for any longer. Nothing is lost: a bridge that runs goes on, else "
    "`bridge backfill` or the next `bridge serve` does."
)


def _since(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    """A day, a moment or a span before now, as a moment."""
    if value is None:
        return None
    now = datetime.now(UTC)
    moment = _moment(value, now)
    if moment is None:
        right = "write 2026-01-31, 2026-01-31T12:00:00Z or 30d"
        raise click.BadParameter(f"{value!r} is no time: {right}")
    if moment >= now:
        raise click.BadParameter(f"{value!r} is not in the past")
    return moment


def _moment(text: str, now: datetime) -> datetime | None:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - slow

    from bridge.ports.config import Duration  # noqa: PLC0415 - slow to import

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        return now - TypeAdapter(Duration).validate_python(text)
    except (ValidationError, OverflowError):
        return None


@click.command(
    epilog=example(
        "bridge create errors:5f8ebd5c-6dd9-11f0-8a28-da7ad0900002 --project SHOP"
    )
)
@click.argument("issue")
@click.option("--project", metavar="P", help="Where no rule names a project.")
@json_option
@config_option
def create(*, issue: str, project: str | None, as_json: bool) -> None:
    """Create a case from an issue.

    The project is that of the first rule that matches, else the one given, else the
    default of the case tracker. An issue that has a case is refused.
    """
    loaded, wrong = asking()
    from bridge.cli import reach  # noqa: PLC0415 - slow to import

    made = reach.ask(loaded, lambda desk: desk.create(issue, project), wrong=wrong)
    show(made, as_json=as_json, text=partial(_created, given=project))


def _created(made: Answer, given: str | None) -> str:
    name = f"{made['case']} ({made['case_key']})" if made["case_key"] else made["case"]
    url = made.get("case_url")
    told = f"{made['issue']} belongs to {name} now." + (f"\n{url}" if url else "")
    is_other = given and given.casefold() != str(made["project"]).casefold()
    if made["rule"] and is_other:
        told += f"\nThe rule {made['rule']!r} names the project {made['project']}: "
        told += f"{given} was not used."
    return told


@click.command(
    epilog=example(
        "bridge backfill --dry-run --since 30d",
        "bridge backfill",
        "bridge backfill --progress",
    )
)
@click.option("--dry-run", is_flag=True, help="Tell what would be created, and end.")
@click.option(
    "--since",
    callback=_since,
    metavar="WHEN",
    help="Issues with errors since then: 2026-01-31 or 30d.  [default: 90d]",
)
@click.option(
    "--ignored", is_flag=True, help="Also issues that somebody ignored or excluded."
)
@click.option("--no-wait", is_flag=True, help="Begin it and do not wait for its end.")
@click.option("--progress", is_flag=True, help="Begin nothing; tell how far it is.")
@json_option
@config_option
def backfill(
    *,
    dry_run: bool,
    since: datetime | None,
    ignored: bool,
    no_wait: bool,
    progress: bool,
    as_json: bool,
) -> None:
    """Create the cases that rules want for issues that exist already.

    Only rules with auto_create count; issues that somebody ignored or excluded are
    left out unless they are asked for. It goes in steps and can be stopped at any
    time: the same command, or a bridge that runs, carries on. Exit status 1 when it
    was stopped by a problem.
    """
    if progress and (dry_run or since or ignored or no_wait):
        raise click.UsageError("--progress goes with nothing else")
    loaded = settings()
    from bridge.cli import backfilling, reach  # noqa: PLC0415 - slow to import

    if progress:
        how_far = reach.ask(loaded, lambda desk: desk.backfill_progress(), create=False)
        show(how_far, as_json=as_json, text=backfilling.reached)
        return
    _tell_of_rules(loaded)
    if dry_run:
        would = reach.ask(
            loaded,
            lambda desk: desk.backfill(since, is_dry=True, with_ignored=ignored),
        )
        show(would, as_json=as_json, text=backfilling.preview)
        return
    watch = backfilling.Watch(is_waiting=not no_wait, with_ignored=ignored)
    try:
        answer = reach.ask(loaded, lambda desk: watch.carry_out(desk, since))
    except KeyboardInterrupt:
        click.echo(_NOT_LOST, err=True)
        raise click.Abort from None
    show(answer, as_json=as_json, text=backfilling.told)
    if answer.get("problem"):
        raise click.exceptions.Exit(BAD_ANSWER)


def _tell_of_rules(loaded: "Settings") -> None:
    if not any(rule.auto_create for rule in loaded.rules):
        text = "no rule has auto_create = true: only links that exist are taken over"
        click.echo(f"note: {text}", err=True)

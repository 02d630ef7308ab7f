"""Commands that ask the bridge, or tell it, one thing."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from bridge.cli import tables
from bridge.cli.options import (
    BAD_ANSWER,
    asking,
    config_option,
    example,
    json_option,
    show,
)

if TYPE_CHECKING:
    from bridge.web.ports import Desk

Answer = dict[str, Any]


def ask(
    question: "Callable[[Desk], Awaitable[Answer]]", *, create: bool = False
) -> Answer:
    """The answer; no store is made for it unless *create* says so."""
    loaded, wrong = asking()
    from bridge.cli import reach  # noqa: PLC0415 - slow to import

    return reach.ask(loaded, question, create=create, wrong=wrong)


@click.command(epilog=example("bridge status --json"))
@json_option
@config_option
def status(*, as_json: bool) -> None:
    """What is going on; exit status 1 when something is dead."""
    answer = ask(lambda desk: desk.status())
    show(answer, as_json=as_json, text=tables.status)
    if answer.get("dead"):
        raise click.exceptions.Exit(BAD_ANSWER)


@click.command(epilog=example("bridge plan cases:SHOP-12"))
@click.argument("thing", metavar="ISSUE|CASE")
@json_option
@config_option
def plan(*, thing: str, as_json: bool) -> None:
    """What the bridge would do now for one case; nothing is written."""
    answer = ask(lambda desk: desk.plan(thing))
    show(answer, as_json=as_json, text=tables.plan)


@click.command(
    epilog=example(
        "bridge link errors:5f8ebd5c-6dd9-11f0-8a28-da7ad0900002 cases:SHOP-12"
    )
)
@click.argument("issue")
@click.argument("case")
@json_option
@config_option
def link(*, issue: str, case: str, as_json: bool) -> None:
    """Attach an issue to a case."""
    answer = ask(lambda desk: desk.link(issue, case), create=True)
    show(
        answer,
        as_json=as_json,
        text=lambda made: f"{made['issue']} belongs to {made['case']} now.",
    )


@click.command(
    epilog=example("bridge unlink errors:5f8ebd5c-6dd9-11f0-8a28-da7ad0900002")
)
@click.argument("issue")
@json_option
@config_option
def unlink(*, issue: str, as_json: bool) -> None:
    """Detach an issue from its case; nothing else changes."""

    async def detach(desk: "Desk") -> Answer:
        page = await desk.links(case=None, issue=issue, cursor=None, limit=1)
        link: Answer = next(iter(page["items"]), {"issue": issue, "case": None})
        await desk.unlink(link["issue"])
        return {"issue": link["issue"], "case": link["case"]}

    answer = ask(detach)
    text = f"{answer['issue']} belongs to no case now."
    show(answer, as_json=as_json, text=lambda _: text)

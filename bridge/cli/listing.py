"""Commands that list: events, dead letters, links, cases."""

from typing import Any

import click

from bridge.cli import case_tables, paging, tables
from bridge.cli.asking import ask
from bridge.cli.options import (
    BAD_ANSWER,
    config_option,
    example,
    json_option,
    show,
)
from bridge.cli.paging import page_options

OUTCOMES = ("applied", "no-op", "ignored", "parked", "dead", "pending")
"""How an event ended, or that it did not yet."""

STANDINGS = ("open", "in_progress", "closed", "drifted", "paused", "gone")
"""How far a case is, or what is the matter with it."""


@click.command(
    epilog=example(
        "bridge events --case cases:SHOP-12 --limit 20",
        "bridge events --outcome dead --all --json",
    )
)
@click.option("--case", metavar="CASE", help="Only those of this case.")
@click.option("--tracker", metavar="NAME", help="Only those from this tracker.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Only what ended so.")
@page_options
@json_option
@config_option
def events(
    *,
    case: str | None,
    tracker: str | None,
    outcome: str | None,
    as_json: bool,
    **page: Any,
) -> None:
    """What came and what it led to, newest first."""
    answer = ask(
        lambda desk: paging.gathered(
            lambda cursor, limit: desk.events(
                case=case, tracker=tracker, outcome=outcome, cursor=cursor, limit=limit
            ),
            **page,
        )
    )
    show(answer, as_json=as_json, text=tables.events)


@click.command(epilog=example("bridge dead", "bridge dead --all --json"))
@page_options
@json_option
@config_option
def dead(*, as_json: bool, **page: Any) -> None:
    """What was given up, and why; exit status 1 when there is something."""
    answer = ask(
        lambda desk: paging.gathered(
            lambda cursor, limit: desk.dead(cursor=cursor, limit=limit), **page
        )
    )
    show(answer, as_json=as_json, text=tables.dead)
    if answer["items"]:
        raise click.exceptions.Exit(BAD_ANSWER)


@click.command(epilog=example("bridge links --case cases:SHOP-12"))
@click.option("--case", metavar="CASE", help="Only those of this case.")
@click.option("--issue", metavar="ISSUE", help="Only that of this issue.")
@page_options
@json_option
@config_option
def links(*, case: str | None, issue: str | None, as_json: bool, **page: Any) -> None:
    """Which issue belongs to which case, by issue."""
    answer = ask(
        lambda desk: paging.gathered(
            lambda cursor, limit: desk.links(
                case=case, issue=issue, cursor=cursor, limit=limit
            ),
            **page,
        )
    )
    show(answer, as_json=as_json, text=case_tables.links)


@click.command(
    epilog=example(
        "bridge cases --search checkout", "bridge cases --standing drifted --all"
    )
)
@click.option(
    "--search",
    metavar="TEXT",
    default="",
    help="Part of an id, key or title of a case or of one of its issues.",
)
@click.option(
    "--standing",
    type=click.Choice(STANDINGS),
    default=None,
    help="How far they are, or what is the matter with them.",
)
@page_options
@json_option
@config_option
def cases(*, search: str, standing: str | None, as_json: bool, **page: Any) -> None:
    """Cases with their issues, the one linked last first."""
    answer = ask(
        lambda desk: paging.gathered(
            lambda cursor, limit: desk.overview.cases(
                text=search, standing=standing or "", cursor=cursor, limit=limit
            ),
            **page,
        )
    )
    show(answer, as_json=as_json, text=case_tables.cases)


@click.command("case", epilog=example("bridge case cases:SHOP-12"))
@click.argument("name", metavar="CASE")
@json_option
@config_option
def one_case(*, name: str, as_json: bool) -> None:
    """One case: both sides, what was agreed, what is dead."""
    answer = ask(lambda desk: desk.case(name))
    show(answer, as_json=as_json, text=case_tables.case)

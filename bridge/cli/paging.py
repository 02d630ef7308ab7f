"""Lists read on from page to page, as far as they are wanted."""

from collections.abc import Awaitable, Callable
from typing import Any

import click

from bridge.cli.options import Command
from bridge.cli.progress import progress

Answer = dict[str, Any]

PAGE = 500
"""Rows that are asked for at once where all are wanted."""

MOST = 1000
"""Rows that a command prints unless all are wanted."""


def page_options(command: Command) -> Command:
    """``--limit``, ``--all`` and ``--cursor`` of a list."""
    limit = click.option(
        "--limit",
        type=click.IntRange(1, MOST),
        default=100,
        show_default=True,
        help="At most so many.",
    )
    everything = click.option(
        "--all", "is_all", is_flag=True, help="To the end of the list, page by page."
    )
    cursor = click.option("--cursor", help="Where the page before this one ended.")
    return limit(everything(cursor(command)))


async def gathered(
    ask: Callable[[str | None, int], Awaitable[Answer]],
    *,
    cursor: str | None,
    limit: int,
    is_all: bool,
) -> Answer:
    """One answer made of as many pages as it takes; *ask* is given where the page
    before ended, and how many there is room for. A page may be short, even empty, and
    not be the last."""
    items: list[Answer] = []
    with progress("Reading on") as tell:
        while True:
            room = PAGE if is_all else limit - len(items)
            page = await ask(cursor, room)
            items += page["items"]
            cursor = page["next"]
            tell(len(items), None, f"{len(items)} read")
            if cursor is None or (not is_all and len(items) >= limit):
                return {**page, "items": items, "next": cursor}

"""What several pages read: names for the ids in events, and all pages of a list."""

import asyncio
from collections.abc import Iterable
from typing import Any

from bridge.ports.errors import DeskError
from bridge.web.ports import ServedDesk

Json = dict[str, Any]

MOST_LINKS = 100
"""Issues of one case whose names are asked for."""


async def names_of(board: ServedDesk, events: Iterable[Json]) -> dict[str, str]:
    """What the cases and issues in *events* are called, as far as they are linked."""
    keys = dict.fromkeys(event["key"] for event in events)
    names: dict[str, str] = {}
    for some in await asyncio.gather(*(_names(board, key) for key in keys)):
        names |= some
    return names


async def _names(board: ServedDesk, key: str) -> dict[str, str]:
    try:
        page = await board.links(case=key, issue=None, cursor=None, limit=MOST_LINKS)
    except DeskError:
        # It is the key of an issue, or of a tracker at large.
        return {}
    names = {}
    for link in page["items"]:
        names[link["case"]] = link["case_key"] or link["case"]
        names[link["issue"]] = link["issue_title"] or link["issue"]
    return names

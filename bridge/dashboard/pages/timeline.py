"""*Timeline*: what came or was seen, what was decided and why, what was written."""

import asyncio
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from bridge.dashboard import words
from bridge.dashboard.pages.reading import names_of
from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Visit

PAGE: Final = 40
OUTCOMES: Final = ("applied", "no-op", "ignored", "parked", "dead", "pending")


async def timeline(visit: Visit) -> web.StreamResponse:
    """The page; narrowed by case, tracker and outcome."""
    which = {name: visit.asked(name) for name in ("case", "tracker", "outcome")}
    given: dict[str, Any] = {name: text or None for name, text in which.items()}
    cursor = visit.asked("cursor") or None
    events = await visit.board.events(cursor=cursor, limit=PAGE, **given)
    names, status = await asyncio.gather(
        names_of(visit.board, events["items"]), visit.board.status()
    )
    kept = {name: text for name, text in which.items() if text}
    more = events["next"] and urlencode({**kept, "cursor": events["next"]})
    return await visit.show(
        "timeline.html",
        which=which,
        events=events["items"],
        echoes=words.echoes_of(events["items"]),
        names=names,
        trackers=sorted(status["trackers"]),
        outcomes=OUTCOMES,
        more=more,
        is_first=cursor is None,
    )


ROUTES: Final = (Route("GET", "/timeline", timeline),)

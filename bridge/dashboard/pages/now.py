"""*Now*: settled or not, how much waits, and how the trackers are."""

import asyncio
from typing import Final

from aiohttp import web

from bridge.dashboard.pages.reading import names_of
from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Visit

LATEST: Final = 8
"""Events that are shown."""


async def now(visit: Visit) -> web.StreamResponse:
    """The page."""
    board, place = visit.board, visit.place
    pulse, events, reasons = await asyncio.gather(
        board.overview.pulse(),
        board.events(case=None, cursor=None, limit=LATEST),
        place.readiness(),
    )
    return await visit.show(
        "now.html",
        pulse=pulse,
        events=events["items"],
        names=await names_of(board, events["items"]),
        problems=[*reasons, *place.warnings()],
    )


ROUTES: Final = (Route("GET", "/", now),)

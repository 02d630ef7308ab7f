"""``/live``: the stream that says when a page is to be shown anew."""

from typing import Final

from aiohttp import web

from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Visit


async def live(visit: Visit) -> web.StreamResponse:
    """The stream of this visit."""
    return await visit.place.live.stream(visit.request, visit.session.ends)


ROUTES: Final = (Route("GET", "/live", live),)

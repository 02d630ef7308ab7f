"""*Setup*: what is synced which way, what each tracker can do, and whether it calls."""

from typing import Final

from aiohttp import web

from bridge.dashboard.routes import Route
from bridge.dashboard.visits import Visit


async def setup(visit: Visit) -> web.StreamResponse:
    """The page."""
    place = visit.place
    reasons = await place.readiness()
    base = place.public_url or str(visit.request.url.origin())
    return await visit.show(
        "setup.html",
        abilities=await visit.board.overview.abilities(),
        problems=[*reasons, *place.warnings()],
        has_public_url=place.public_url is not None,
        hooks=f"{base.rstrip('/')}/hooks",
    )


ROUTES: Final = (Route("GET", "/setup", setup),)

"""The page on which a person plays with both sides and watches the bridge answer."""

from pathlib import Path

from aiohttp import web

from bridge.sandbox import live, proxy

_STATIC = Path(__file__).parent / "static"
_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"


def add_to(app: web.Application) -> None:
    """Put the page, its live stream and its way to the bridge into *app*."""
    app.router.add_get("/", _show)
    app.router.add_static("/static", _STATIC)
    live.add_to(app)
    proxy.add_to(app)


async def _show(_: web.Request) -> web.FileResponse:
    return web.FileResponse(
        _STATIC / "page.html", headers={"Content-Security-Policy": _POLICY}
    )

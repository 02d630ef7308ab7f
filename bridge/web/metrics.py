"""``GET /metrics``: what is measured, for Prometheus."""

from aiohttp import hdrs, web

from bridge.web import questions
from bridge.web.ports import Exposition

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The form of the text that every Prometheus reads."""


async def nothing() -> bytes:
    """The exposition of a bridge that measures nothing."""
    return b""


def routes(exposition: Exposition) -> list[web.RouteDef]:
    """The route that Prometheus scrapes."""

    async def scraped(request: web.Request) -> web.Response:
        questions.no_query(request)
        headers = {hdrs.CONTENT_TYPE: CONTENT_TYPE}
        return web.Response(body=await exposition(), headers=headers)

    return [web.get("/metrics", scraped)]

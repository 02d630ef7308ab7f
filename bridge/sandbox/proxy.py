"""The page's way to the bridge: a few of its routes, at its one configured address."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from yarl import URL

from bridge.sandbox.sandbox import sandbox_of

_ALLOWED = {
    "GET": ("status", "events", "links"),
    "POST": ("links", "cases", "plan"),
    "DELETE": ("links",),
}
# The bridge waits half a minute for a case that somebody asked for.
_TIMEOUT = aiohttp.ClientTimeout(total=40)
_SESSION = web.AppKey("bridge_session", aiohttp.ClientSession)


def add_to(app: web.Application) -> None:
    """Put ``/bridge/api/v1/…`` into *app*."""
    app.cleanup_ctx.append(_session)
    app.router.add_get("/bridge/names", _names)
    app.router.add_route("*", "/bridge/api/v1/{rest:.+}", _pass_on)


async def _session(app: web.Application) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        app[_SESSION] = session
        yield


async def _names(request: web.Request) -> web.Response:
    """What the bridge calls the two trackers, whether one is configured, and where."""
    bridge = sandbox_of(request).bridge
    names = {"url": bridge.url, "issues": bridge.issues, "cases": bridge.cases}
    return web.json_response({"has_bridge": bool(bridge.url), **names})


async def _pass_on(request: web.Request) -> web.Response:
    bridge = sandbox_of(request).bridge
    raw = request.rel_url.raw_path.removeprefix("/bridge")
    first = request.match_info["rest"].partition("/")[0]
    if first not in _ALLOWED.get(request.method, ()) or ".." in raw:
        return _problem(404, "the page does not use this route")
    if request.method == "POST" and request.content_type != "application/json":
        return _problem(415, "send application/json")
    if not bridge.url:
        return _problem(503, "no bridge is configured")
    query = f"?{request.rel_url.raw_query_string}" if request.query_string else ""
    return await _ask(request, bridge.url.rstrip("/") + raw + query)


async def _ask(request: web.Request, url: str) -> web.Response:
    headers = {"Content-Type": "application/json"} if request.can_read_body else {}
    if token := sandbox_of(request).bridge.token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        async with request.app[_SESSION].request(
            request.method,
            URL(url, encoded=True),
            data=await request.read() or None,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
            return web.Response(
                body=body or None,
                status=answer.status,
                content_type=answer.content_type,
            )
    except (aiohttp.ClientError, TimeoutError):
        return _problem(502, "the bridge does not answer")


def _problem(status: int, detail: str) -> web.Response:
    return web.json_response({"status": status, "detail": detail}, status=status)

"""The ceiling of taking deliveries in: a bare handler that keeps nothing.

It reads the body, checks an HMAC-SHA256 over it and the bearer, parses the JSON and
answers 202. ``python -m bench.ceiling PORT``, on the event loop that the bridge has.
"""

import asyncio
import hashlib
import hmac
import sys

import orjson
import uvloop
from aiohttp import web

from bench.documents import SECRET


async def _accept(request: web.Request) -> web.Response:
    body = await request.read()
    digest = hmac.digest(SECRET.encode(), body, hashlib.sha256)
    if hmac.compare_digest(digest, b"") or not hmac.compare_digest(
        request.headers["Authorization"], f"Bearer {SECRET}"
    ):
        return web.Response(status=401)
    event = orjson.loads(body)["event_id"]
    return web.Response(
        status=202,
        body=orjson.dumps({"delivery": event}),
        content_type="application/json",
    )


async def _ready(_: web.Request) -> web.Response:
    return web.Response(text="ready")


async def _serve(port: int) -> None:
    app = web.Application()
    app.add_routes([web.post("/hooks/{tracker}", _accept), web.get("/readyz", _ready)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))

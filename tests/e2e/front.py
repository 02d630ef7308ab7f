"""Stands between a bridge and its trackers: counts, and tells on the bridge."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import httpx
from aiohttp import web

from bridge.sandbox.sandbox import Keys
from tests.e2e.processes import PATIENCE


@dataclass
class Echo:
    """An error that repeats every header of the request, and the body it had.

    *pad* stands before it, so that what is cut is cut within a secret.
    """

    status: int
    method: str = "*"
    path: str = "*"
    shape: str = "object"
    pad: int = 0

    def fits(self, request: web.Request) -> bool:
        return fnmatchcase(request.method, self.method) and fnmatchcase(
            request.path, self.path
        )

    def answer(self, headers: str) -> web.Response:
        text = "x" * self.pad + headers
        if self.shape == "text":
            return web.Response(status=self.status, text=text)
        said = {"title": text, "detail": text} if self.shape == "object" else text
        return web.json_response({"errors": [said]}, status=self.status)


@dataclass
class Front:
    """Stands before the sandbox: counts, hears keys, and repeats them in errors."""

    sandbox_url: str
    echo: Echo | None = None
    requests: int = 0
    heard: set[str] = field(default_factory=set)
    client: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(trust_env=False, timeout=PATIENCE)
    )

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        body = await request.read()
        names = ("DD-API-KEY", "DD-APPLICATION-KEY")
        self.heard.update(request.headers.get(name, "") for name in names)
        if self.echo and self.echo.fits(request):
            told = json.dumps(dict(request.headers)) + body.decode()
            return self.echo.answer(told)
        keys = Keys()
        answer = await self.client.request(
            request.method,
            self.sandbox_url + request.raw_path,
            content=body,
            headers=dict(zip(names, (keys.api_key, keys.app_key), strict=True)),
        )
        limits = {n: v for n, v in answer.headers.items() if "ratelimit" in n.lower()}
        return web.Response(
            status=answer.status_code, body=answer.content, headers=limits
        )


@asynccontextmanager
async def serving_front(front: Front) -> AsyncIterator[str]:
    """Its address, for as long as the context lasts."""
    app = web.Application(client_max_size=4 * 1024**2)
    app.router.add_route("*", "/{path:.*}", front.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()

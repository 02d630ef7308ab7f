"""Listens: limits on what is not a body yet, keep-alive, and an orderly end."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from bridge.web.application import SERVER_NAME
from bridge.web.errors import Problem, answer_errors

LIMITS: dict[str, Any] = {
    "max_line_size": 8190,
    "max_field_size": 16380,
    "max_headers": 100,
    "keepalive_timeout": 75.0,
    "lingering_time": 2.0,
    # Signatures are over the bytes that were sent, and a small body must not unfold
    # into a large one.
    "auto_decompress": False,
    "access_log": None,
}

_log = structlog.get_logger()


class _Protocol(RequestHandler):
    """Answers what does not parse as HTTP in our own shape, and without alarm."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - repeats what the client sent
    ) -> web.StreamResponse:
        """The last answer on this connection."""
        if status >= 500:  # noqa: PLR2004 - the server's own faults
            _log.error("connection.failed", peer=request.remote, exc_info=exc)
        else:
            _log.info("request.unreadable", peer=request.remote, status=status)
        if request.writer.output_size > 0:
            raise ConnectionError("cut off: the answer had begun already")
        detail = "not a request that can be read"
        response = Problem(status, detail, closes=True).response()
        response.headers["Server"] = SERVER_NAME
        return response


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Protocol(self, loop=self._loop, **LIMITS)


class _Runner(web.AppRunner):
    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        # aiohttp looks at the header Expect before any middleware runs.
        answered = partial(answer_errors, handler=made.request_handler)
        return _Server(answered, request_factory=made.request_factory)


@asynccontextmanager
async def listening(
    app: web.Application, *, host: str, port: int, shutdown_timeout: float = 3.0
) -> AsyncIterator[str]:
    """Serve *app* while the context lasts; gives the address, with the bound port.

    At its end requests under way have *shutdown_timeout* seconds to finish. OSError
    when the address cannot be had.
    """
    runner = _Runner(app, handle_signals=False, shutdown_timeout=shutdown_timeout)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, reuse_port=False).start()
        url = _url(runner.addresses)
        _log.info("server.started", url=url)
        yield url
        _log.info("server.stopping", url=url)
    finally:
        await runner.cleanup()


def _url(addresses: Iterable[Any]) -> str:
    host, port, *_ = next(iter(addresses))
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

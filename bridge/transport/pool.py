"""The pool of connections to one tracker, over which each write goes out once."""

from functools import cache
from ssl import SSLContext
from typing import Any

import aiohttp
import httpx
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
from aiohttp.connector import Connection
from httpx_aiohttp import AiohttpTransport

from bridge.ports.sharing import LeaseLost, held

_REPEATED_UNASKED = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """None is kept."""


class CookielessClient(httpx.AsyncClient):
    """A client that looks for no cookies in answers, which takes it long."""

    _none = _NoCookies()

    @property
    def cookies(self) -> httpx.Cookies:
        """None, ever."""
        return self._none

    @cookies.setter
    def cookies(self, _: object) -> None:
        raise TypeError("no cookies are sent to trackers")


class BrokenConnection(aiohttp.ClientConnectionError):
    """A connection that had been made broke under a write."""


class FencedConnector(aiohttp.TCPConnector):
    """Gives out no connection for a write whose fence may have run out by now.

    That is the last moment before it is sent: a process that was stopped while it
    waited for the connection must not send when it wakes.
    """

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Any],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own
    ) -> Connection:
        """A connection; LeaseLost."""
        connection = await super().connect(req, traces, timeout)
        fence = held()
        if req.method != "GET" and fence is not None:
            try:
                fence.check_time()
            except LeaseLost:
                connection.release()
                raise
        return connection


def pooled_transport(connections: int) -> AiohttpTransport:
    """A transport for *connections* calls at a time, without cookies."""
    ssl_context = _tls()

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=FencedConnector(limit=connections, ssl=ssl_context),
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(_once,),
        )

    return AiohttpTransport(verify=ssl_context, client=session)


@cache
def _tls() -> SSLContext:
    """One for all pools: to read the authorities' certificates takes 20 ms and more
    than a megabyte each time."""
    return httpx.create_ssl_context()


async def _once(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    """Keep aiohttp from repeating a PUT or DELETE when its connection breaks.

    It does so by itself for two kinds of error, and the write may have been carried
    out the first time: the second could overwrite what a person changed in between.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except _REPEATED_UNASKED as exc:
        if request.method == "GET":
            raise
        raise BrokenConnection(str(exc)) from exc

"""Sends letters to one receiver over HTTP."""

import asyncio
from collections.abc import Callable, Set
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp
import httpx
from pydantic import SecretStr

from bridge.notify.letters import Letter
from bridge.ports.clock import Clock
from bridge.ports.notifying import NotDelivered, Notice
from bridge.transport.pool import pooled_transport

TIMEOUT = timedelta(seconds=10)
"""For one notice, from the name lookup to the status of the answer."""

_SUCCESS = range(200, 300)
_FAILURES = (
    *(httpx.HTTPError, httpx.InvalidURL),
    *(aiohttp.ClientError, OSError, ValueError),  # a host that has no name in ASCII
)


class HttpReceiver:
    """One address, the only one that is called: no redirect is followed. Open while
    its context lasts.

    No error names more of the address than its host, as the rest may be a secret. The
    body of an answer is not read.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        url: SecretStr,
        write: Callable[[Notice, datetime], Letter],
        *,
        causes: Set[str],
        clock: Clock,
        timeout: timedelta = TIMEOUT,
    ) -> None:
        self.name = name
        self.kind = kind
        self.causes = causes
        self._url = url
        self._write = write
        self._clock = clock
        self._timeout = timeout.total_seconds()
        self._host = urlsplit(url.get_secret_value()).hostname or ""

    async def __aenter__(self) -> Self:
        """Open the pool."""
        self._client = httpx.AsyncClient(
            transport=pooled_transport(1),
            headers={"Content-Type": "application/json", "User-Agent": "bridge"},
            timeout=httpx.Timeout(self._timeout),
            follow_redirects=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the pool."""
        await self._client.aclose()

    async def tell(self, notice: Notice) -> None:
        """Send *notice*, once; NotDelivered unless it was answered 2xx in time."""
        letter = self._write(notice, self._clock.now())
        try:
            async with asyncio.timeout(self._timeout):
                status = await self._post(letter)
        except TimeoutError:
            why = f"no answer within {self._timeout:g} s"
            raise NotDelivered(f"{self._host}: {why}") from None
        except _FAILURES as exc:
            # Their texts may hold the address; their names say enough.
            why = f"no answer: {_name_of(exc)}"
            raise NotDelivered(f"{self._host}: {why}") from None
        if status not in _SUCCESS:
            raise NotDelivered(f"{self._host}: answered {status}")

    async def _post(self, letter: Letter) -> int:
        async with self._client.stream(
            "POST",
            self._url.get_secret_value(),
            content=letter.body,
            headers=dict(letter.headers),
        ) as response:
            return response.status_code


def _name_of(exc: BaseException) -> str:
    return type(exc.__cause__ or exc).__name__

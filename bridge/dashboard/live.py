"""A stream of server-sent events that says when there is something new to show.

It says no more than that: the page asks for itself again. One watcher asks the desk
for all who look on, once a second, and nobody asks while nobody looks on.
"""

import asyncio
import contextlib
from datetime import timedelta
from hashlib import sha256
from typing import Final

import orjson
from aiohttp import web

from bridge.ports.clock import Clock
from bridge.ports.errors import StoreUnavailable
from bridge.web.errors import Problem
from bridge.web.ports import ServedDesk

GLANCE: Final = timedelta(seconds=1)
BEATS: Final = 10
"""Glances without news after which the page is told to refresh all the same: ages and
budgets move by themselves."""

MOST: Final = 100
"""Streams at a time."""


class Live:
    """Tells streams of news."""

    def __init__(self, board: ServedDesk, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._streams: set[asyncio.Queue[bytes | None]] = set()
        self._closed = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None

    async def close(self, _: web.Application) -> None:
        """End every stream."""
        self._closed.set()
        for queue in self._streams:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
        if self._watcher:
            await self._watcher

    async def stream(self, request: web.Request, ends: int) -> web.StreamResponse:
        """The stream, until the session *ends*; Problem 503 where there are many."""
        if len(self._streams) >= MOST:
            raise Problem(503, f"{MOST} pages are open already")
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._streams.add(queue)
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        try:
            await answer.prepare(request)
            await answer.write(b"retry: 2000\n\n")
            while (news := await queue.get()) is not None:
                if self._clock.now().timestamp() >= ends:
                    break
                await answer.write(news)
        except ConnectionError:
            return answer
        finally:
            self._streams.discard(queue)
        return answer

    async def _watch(self) -> None:
        last, quiet = "", 0
        while self._streams and not self._closed.is_set():
            stamp = await self._stamp() or last
            quiet = 0 if stamp != last else quiet + 1
            if stamp != last or quiet >= BEATS:
                what = b"news" if stamp != last else b"beat"
                last, quiet = stamp, 0
                self._tell(b"event: " + what + b"\ndata: .\n\n")
            await self._clock.wait(self._closed, self._clock.now() + GLANCE)

    def _tell(self, news: bytes) -> None:
        for queue in self._streams:
            # Who has not read the last news is told by them.
            if not queue.full():
                queue.put_nowait(news)

    async def _stamp(self) -> str:
        """Another text whenever there is something new; empty where nobody can tell."""
        with contextlib.suppress(StoreUnavailable):
            status, newest = await asyncio.gather(
                self._board.status(), self._board.overview.newest()
            )
            for tracker in status["trackers"].values():
                tracker.pop("last_answer", None)
                tracker.pop("rate_limit", None)
            told = orjson.dumps([status, newest])
            return sha256(told).hexdigest()
        return ""

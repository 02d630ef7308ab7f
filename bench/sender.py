"""Sends prepared requests over kept connections and hears the status of each answer."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from typing import cast

Done = Callable[[int], None]
"""Hears the status, or 0 where the connection broke before there was one."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class _Line(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, sender: "Sender") -> None:
        self._sender = sender
        self._buffer = b""
        self.done: Done | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def send(self, request: bytes, done: Done) -> None:
        self.done = done
        self._transport.write(request)

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        length = _LENGTH.search(head)
        if len(body) < (int(length[1]) if length else 0):
            return
        self._buffer = b""
        self._tell(int(head[9:12]), is_open=True)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._sender.lines.discard(self)
        self._tell(0, is_open=False)

    def _tell(self, status: int, *, is_open: bool) -> None:
        done, self.done = self.done, None
        if is_open:
            self._sender.free(self)
        if done is not None:
            done(status)


class Sender:
    """*count* connections to one port; what finds none free waits for its turn."""

    def __init__(self, port: int, count: int) -> None:
        self.lines: set[_Line] = set()
        self._port = port
        self._count = count
        self._free: deque[_Line] = deque()
        self._waiting: deque[tuple[bytes, Done]] = deque()

    async def connect(self) -> None:
        """Open the connections, and again those that broke; what waits is sent."""
        loop = asyncio.get_running_loop()
        while len(self.lines) < self._count:
            _, line = await loop.create_connection(
                lambda: _Line(self), "127.0.0.1", self._port
            )
            self.lines.add(line)
            self.free(line)

    def send(self, request: bytes, done: Done) -> None:
        """Send as soon as a connection is free."""
        while self._free:
            line = self._free.popleft()
            if line in self.lines:
                line.send(request, done)
                return
        self._waiting.append((request, done))

    def free(self, line: _Line) -> None:
        """The line has nothing to do any more."""
        if self._waiting:
            line.send(*self._waiting.popleft())
        else:
            self._free.append(line)

    def close(self) -> None:
        for line in list(self.lines):
            line.close()

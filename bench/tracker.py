"""A tracker that is never the limit: both Datadog APIs over bare HTTP, held in memory.

It answers what the bridge's adapters ask for after a fixed latency, and notes when the
calls came and how long it really held them.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import orjson

from bench.documents import (
    GROUPS,
    STATES,
    TYPES,
    case_body,
    case_id,
    issue_body,
    issue_id,
    number_of,
)

LATENCY = 0.020
"""Seconds that every answer takes."""

_CASE = re.compile(rb"^/api/v2/cases/([0-9a-f-]{36})(/[a-z]+)?$")
_ISSUE = re.compile(rb"^/api/v2/error-tracking/issues/([0-9a-f-]{36})(/[a-z]+)?$")
_EMPTY = orjson.dumps({"data": [], "meta": {"page": {"current": 1, "total": 1}}})
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Seen:
    """What came since the last :meth:`FastTracker.forget`; times in seconds."""

    reads: int = 0
    writes: int = 0
    others: dict[str, int] = field(default_factory=dict)
    held: float = 0.0

    @property
    def calls(self) -> int:
        return self.reads + self.writes + sum(self.others.values())

    @property
    def mean_hold(self) -> float:
        """How long a call was really held."""
        return self.held / max(1, self.calls)


class FastTracker:
    """Cases and issues by number: issue *n* is in a state, case *c* in a group.

    *issues_of* a case are shown on it. *on_read* and *on_write* hear of a case read and
    of an issue's state written, as the call arrives; *on_answered* of the latter once
    its answer is sent.
    """

    def __init__(self, latency: float = LATENCY) -> None:
        self.latency = latency
        self.groups: dict[int, int] = {}
        self.states: dict[int, int] = {}
        self.issues_of: dict[int, range] = {}
        self.seen = Seen()
        self.on_read: Callable[[int], None] = lambda _: None
        self.on_write: Callable[[int, int], None] = lambda *_: None
        self.on_answered: Callable[[int], None] = lambda _: None

    def add(self, cases: int, issues_each: int = 1) -> None:
        """Cases 0 and on, all open, each with so many issues, all for review."""
        self.groups = dict.fromkeys(range(cases), 0)
        self.states = dict.fromkeys(range(cases * issues_each), 0)
        self.issues_of = {
            case: range(case * issues_each, (case + 1) * issues_each)
            for case in range(cases)
        }

    def forget(self) -> Seen:
        """Begin to count anew; what was counted."""
        seen, self.seen = self.seen, Seen()
        return seen

    def answer(self, method: bytes, path: bytes, body: bytes) -> tuple[bytes, int]:
        """The JSON, and the issue that was written, or -1."""
        place = path.partition(b"?")[0]
        if found := _ISSUE.match(place):
            return self._issue(method, number_of(found[1]), found[2], body)
        if found := _CASE.match(place):
            return self._case(method, number_of(found[1]), found[2], body), -1
        name = f"{method.decode()} {place.decode()}"
        self.seen.others[name] = self.seen.others.get(name, 0) + 1
        return (TYPES if place.endswith(b"/types") else _EMPTY), -1

    def _issue(
        self, method: bytes, issue: int, what: bytes | None, body: bytes
    ) -> tuple[bytes, int]:
        written = -1
        if method == b"PUT" and what == b"/state":
            self.seen.writes += 1
            word = orjson.loads(body)["data"]["attributes"]["state"]
            written = issue
            self.states[issue] = STATES.index(word)
            self.on_write(issue, self.states[issue])
        else:
            self.seen.reads += 1
        return issue_body(issue, self.states[issue]), written

    def _case(self, method: bytes, case: int, what: bytes | None, body: bytes) -> bytes:
        if what == b"/timelines":
            self.seen.others["timelines"] = self.seen.others.get("timelines", 0) + 1
            return _EMPTY
        if method == b"POST" and what == b"/status":
            self.seen.writes += 1
            word = orjson.loads(body)["data"]["attributes"]["status_name"]
            self.groups[case] = [name for _, name in GROUPS].index(word)
        else:
            self.seen.reads += 1
            self.on_read(case)
        return case_body(case, self.groups[case], self.issues_of[case])


class _Exchange(asyncio.Protocol):
    """One connection of the bridge; it never has two calls under way on one."""

    def __init__(self, tracker: FastTracker) -> None:
        self._tracker = tracker
        self._loop = asyncio.get_running_loop()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        length = _LENGTH.search(head)
        wanted = int(length[1]) if length else 0
        if len(rest) < wanted:
            return
        self._buffer = rest[wanted:]
        method, path, _ = head.split(b" ", 2)
        came = time.perf_counter()
        content, written = self._tracker.answer(method, path, rest[:wanted])
        wait = self._tracker.latency
        self._loop.call_later(wait, self._reply, content, written, came)

    def _reply(self, content: bytes, written: int, came: float) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
        )
        self._tracker.seen.held += time.perf_counter() - came
        if written >= 0:
            self._tracker.on_answered(written)


@asynccontextmanager
async def serving(tracker: FastTracker) -> AsyncIterator[str]:
    """The tracker's address while the context lasts."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Exchange(tracker), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


__all__ = ["LATENCY", "FastTracker", "Seen", "case_id", "issue_id", "serving"]

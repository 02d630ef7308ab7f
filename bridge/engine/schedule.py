"""The in-process dispatcher: each key waits at most once and runs at most once.

What is due lives in the store; this is its image in memory, so that nothing polls the
store and an idle bridge costs nothing.
"""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bridge.engine.closing import ended
from bridge.engine.rights import Rights, Run, SoleProcess
from bridge.engine.vital import Begin
from bridge.ports.clock import Clock
from bridge.ports.records import Due, Key


class Schedule:
    """Runs due keys, many at once, never the same one twice at a time.

    *look* is the pass of the timer, over keys for which nothing is due; it gives way
    to a due pass and does not count as work. *rights* tell what other processes with
    the same store leave to this one.
    """

    def __init__(
        self,
        run: Run,
        look: Run,
        clock: Clock,
        at_once: int,
        rights: Rights | None = None,
    ) -> None:
        self._rights: Rights = rights or SoleProcess()
        self._run: Run = lambda key: self._rights.run(key, run)
        self._look: Run = lambda key: self._rights.look(key, look)
        self._clock = clock
        self._at_once = at_once
        self._order = itertools.count()
        self._heap: list[tuple[datetime, int, Key]] = []
        self._due: dict[Key, datetime] = {}
        self._looks: dict[Key, None] = {}
        self._tasks: dict[Key, asyncio.Future[None]] = {}
        self._looking: set[Key] = set()
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._is_open = True
        self.begin: Begin = asyncio.create_task

    @property
    def running(self) -> int:
        """Due passes under way."""
        return len(self._tasks) - len(self._looking)

    @property
    def waiting(self) -> int:
        """Keys that are due now or later."""
        return len(self._due)

    @property
    def looks(self) -> int:
        """Looks of the timer that wait or run."""
        return len(self._looks) + len(self._looking)

    @property
    def room(self) -> int:
        """Passes that could begin at once besides those that wait for their turn."""
        next_time = self._next_time()
        if next_time is not None and next_time <= self._clock.now():
            return 0
        return max(0, self._at_once - len(self._tasks))

    def wake(self, key: Key, at: datetime) -> None:
        """Run *key* at *at*, or earlier if that was asked for already."""
        before = self._due.get(key)
        if before is not None and before <= at:
            return
        self._due[key] = at
        self._looks.pop(key, None)
        self._push(key)
        self._quiet.clear()

    def fill(self, due: list[Due]) -> None:
        """Take over what the store says is due."""
        for each in due:
            self.wake(each.key, each.at)

    def look(self, key: Key) -> bool:
        """Look at *key* when there is room; False when it is due, is being run or is to
        be looked at anyway."""
        if key in self._due or key in self._tasks or key in self._looks:
            return False
        self._looks[key] = None
        self._wake.set()
        return True

    async def serve(self) -> None:
        """Run what is due until :meth:`close`; what runs then comes to its end."""
        while self._is_open:
            self._wake.clear()
            self._start_due()
            await self._clock.wait(self._wake, self._next_time())
        await ended(self._tasks.values())

    def close(self) -> None:
        """Start nothing more."""
        self._is_open = False
        self._wake.set()

    @asynccontextmanager
    async def alone(self, key: Key) -> AsyncIterator[None]:
        """Let no pass over *key* run for as long as the context lasts."""
        while (running := self._tasks.get(key)) is not None:
            await asyncio.wait([running])
        here: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks[key] = here
        try:
            async with self._rights.alone(key):
                yield
        finally:
            del self._tasks[key]
            here.set_result(None)
            self._follow_up(key, None)

    async def quiet(self) -> None:
        """Return once nothing is due, now or later, and no due pass runs."""
        await self._quiet.wait()

    def _push(self, key: Key) -> None:
        if key not in self._tasks:
            heapq.heappush(self._heap, (self._due[key], next(self._order), key))
            self._wake.set()

    def _start_due(self) -> None:
        now = self._clock.now()
        while self._has_room and (key := self._pop(now)) is not None:
            del self._due[key]
            self._start(key, self._run)
        while self._has_room and self._looks:
            key = next(iter(self._looks))
            del self._looks[key]
            self._looking.add(key)
            self._start(key, self._look)

    @property
    def _has_room(self) -> bool:
        return len(self._tasks) < self._at_once

    def _pop(self, now: datetime) -> Key | None:
        """The key that has been due longest, if one is due by *now*."""
        self._drop_outdated()
        if self._heap and self._heap[0][0] <= now:
            return heapq.heappop(self._heap)[2]
        return None

    def _next_time(self) -> datetime | None:
        self._drop_outdated()
        return self._heap[0][0] if self._heap and self._has_room else None

    def _drop_outdated(self) -> None:
        while self._heap and (
            self._heap[0][2] in self._tasks
            or self._due.get(self._heap[0][2]) != self._heap[0][0]
        ):
            heapq.heappop(self._heap)

    def _start(self, key: Key, run: Run) -> None:
        self._tasks[key] = self.begin(self._carry_out(key, run))

    async def _carry_out(self, key: Key, run: Run) -> None:
        again: datetime | None = None
        try:
            again = await run(key)
        finally:
            del self._tasks[key]
            self._looking.discard(key)
            self._follow_up(key, again)

    def _follow_up(self, key: Key, again: datetime | None) -> None:
        asked = self._due.pop(key, None)
        moments = [moment for moment in (asked, again) if moment is not None]
        if moments:
            self.wake(key, min(moments))
        elif not self._due and not self.running:
            self._quiet.set()
        self._wake.set()

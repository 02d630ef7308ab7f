"""Takes turns at a tracker: so many calls at once, and nobody waits for long."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bridge.ports.clock import Clock
from bridge.ports.errors import TransientError
from bridge.ports.urgency import is_in_passing
from bridge.transport.calls import Call, Effect

SLOT_PATIENCE = timedelta(seconds=5)
"""How long a read waits for a slot, which is also the longest that anything waits."""

WRITE_PATIENCE = timedelta(seconds=2)
"""How long a write may have waited: what was decided before that may be stale."""

FAIR_SHARE = 8

_ASK_AGAIN = (1.0, 2.0)
"""Seconds, at least and at most, after which a call without a slot comes again."""


class Slots:
    """The right to call one tracker, for *count* calls at a time.

    Writes take their turn before reads, so that a crowd of reads keeps none waiting
    until it is stale. Reads that somebody waits for go before those of the timer's
    looks, but for each `FAIR_SHARE`-th, so that the looks go on too. Among each other
    all three keep their order.
    """

    def __init__(
        self,
        tracker: str,
        count: int,
        clock: Clock,
        *,
        patience: timedelta,
        rng: random.Random,
    ) -> None:
        self._tracker = tracker
        self._free = count
        self._clock = clock
        self._patience = patience.total_seconds()
        self._rng = rng
        self._writes: deque[asyncio.Future[None]] = deque()
        self._reads: deque[asyncio.Future[None]] = deque()
        self._looks: deque[asyncio.Future[None]] = deque()
        self._given = 0

    @asynccontextmanager
    async def turn(self, call: Call) -> AsyncIterator[None]:
        """A slot while the context lasts; TransientError when none was to be had
        within *patience*, or when a write had to wait for longer than it should."""
        asked = self._clock.now()
        try:
            async with asyncio.timeout(self._patience):
                await self._take(call)
        except TimeoutError as exc:
            raise TransientError(
                f"{self._tracker} is busy: no free connection for {call}",
                retry_after=self._rng.uniform(*_ASK_AGAIN),
            ) from exc
        try:
            if call.effect is not Effect.READ:
                self._refuse_after(self._clock.now() - asked, call)
            yield
        finally:
            self._give_back()

    def _refuse_after(self, waited: timedelta, call: Call) -> None:
        if waited > WRITE_PATIENCE:
            raise TransientError(
                f"{self._tracker}: {call} was not sent: it waited too long for its "
                f"turn ({waited.total_seconds():.1f} s): look again first"
            )

    async def _take(self, call: Call) -> None:
        if self._free:
            self._free -= 1
            return
        queue = self._queue_of(call)
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()
            raise

    def _queue_of(self, call: Call) -> "deque[asyncio.Future[None]]":
        if call.effect is not Effect.READ:
            return self._writes
        return self._looks if is_in_passing() else self._reads

    def _give_back(self) -> None:
        """The slot goes to whoever waits for it still, else it is free."""
        if _handed_to(self._writes):
            return
        self._given += 1
        is_for_looks = self._given % FAIR_SHARE == 0
        reads = (self._reads, self._looks)
        if not any(map(_handed_to, reversed(reads) if is_for_looks else reads)):
            self._free += 1


def _handed_to(queue: "deque[asyncio.Future[None]]") -> bool:
    """The first who still waits has the slot now; False where nobody does."""
    while queue:
        turn = queue.popleft()
        if not turn.done():
            turn.set_result(None)
            return True
    return False

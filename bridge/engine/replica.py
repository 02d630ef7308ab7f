"""One process among others with the same store: what it may work on, and how long.

It says that it is alive again and again. Where it could not for too long, because it
was stopped or cut off, others take its keys over, and what it still does under its old
fences is refused: by the store with each commit, and before each call that writes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from bridge.engine.fences import HeldFence
from bridge.engine.ids import NewId
from bridge.engine.rights import Run, Wake
from bridge.engine.vital import Begin
from bridge.ports.clock import Clock
from bridge.ports.errors import CommitRefused, StoreUnavailable
from bridge.ports.records import Key
from bridge.ports.sharing import (
    Fence,
    LeaseLost,
    NotYet,
    ReplicaId,
    Sharing,
    working_under,
)

log = structlog.get_logger(__name__)

TAKEOVER = timedelta(seconds=10)
"""How long a replica that gives no sign keeps its keys, unless the operator says."""

BEATS = 4
"""How often a replica says that it is alive before others may think it dead."""

TICK = timedelta(seconds=1)
"""How often, and after how long, keys are taken up that nobody works on."""

AGAIN = timedelta(milliseconds=50)
"""How soon the store is asked again for what it could not do now."""

TIMERS = Key("@timers")
"""The key of whoever does what is done once for all replicas."""


class Replica:
    """Implements ``bridge.engine.rights.Rights`` over what replicas agree on.

    *ticks* tells seconds that no change of the clock disturbs.
    """

    def __init__(
        self,
        sharing: Sharing,
        clock: Clock,
        new_id: NewId,
        takeover: timedelta = TAKEOVER,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sharing = sharing
        self._clock = clock
        self._new_id = new_id
        self._takeover = takeover
        self._ticks = ticks
        self._closed = asyncio.Event()
        self._until = ticks()
        self._lead: Fence | None = None
        self._hurry = asyncio.Event()
        self._wake: Wake = lambda _key, _at: None
        self._later: dict[Key, datetime] = {}
        self._is_worn = False
        self.id = ReplicaId("")

    @property
    def leads(self) -> bool:
        """Whether this replica does what is done once for all."""
        return self._lead is not None and self.is_sure_of(self._lead)

    def is_sure_of(self, fence: Fence) -> bool:
        """False once somebody else may have the key of *fence*."""
        return fence.replica == self.id and self._ticks() < self._until

    async def run(self, key: Key, work: Run) -> datetime | None:
        """*work* on what is due, unless another replica is at it: whoever gives a key
        back is told what came up meanwhile, so that nothing is forgotten."""
        return await self._work(key, work, self._clock.now())

    async def look(self, key: Key, work: Run) -> datetime | None:
        """The same where nothing need be due."""
        return await self._work(key, work, None)

    async def _work(
        self, key: Key, work: Run, due_by: datetime | None
    ) -> datetime | None:
        try:
            claimed = await self.sharing.claim(self.id, key, due_by)
        except LeaseLost:
            self._hurry.set()
            return self._clock.now() + TICK
        except StoreUnavailable as exc:
            log.warning("store.failed", error=str(exc))
            await self._give_back(Fence(key, 0, self.id))
            return self._clock.now()
        if isinstance(claimed, NotYet):
            return claimed.at
        if claimed is None:
            return None
        again: datetime | None = None
        try:
            with working_under(HeldFence(claimed, self)):
                again = await work(key)
        except LeaseLost as exc:
            log.warning("lease.lost", key=key, error=str(exc))
        finally:
            due = await self._give_back(claimed)
        if again is not None:
            self._later[key] = again
        return min((at for at in (again, due) if at is not None), default=None)

    @asynccontextmanager
    async def alone(self, key: Key) -> AsyncIterator[None]:
        """No other replica works on *key* while the context lasts. StoreUnavailable
        where one has taken it over."""
        claimed = await self._claim_at_last(key)
        try:
            with working_under(HeldFence(claimed, self)):
                yield
        except LeaseLost as exc:
            raise StoreUnavailable(f"{exc}; try again") from exc
        finally:
            due = await self._give_back(claimed)
            if due is not None:
                self._wake(key, due)

    async def _claim_at_last(self, key: Key) -> Fence:
        while True:
            try:
                claimed = await self.sharing.claim(self.id, key)
            except LeaseLost:
                claimed = None
                self._hurry.set()
            except StoreUnavailable:
                await self._give_back(Fence(key, 0, self.id))
                raise
            if isinstance(claimed, Fence):
                return claimed
            await self._clock.wait(asyncio.Event(), self._clock.now() + AGAIN)

    async def _give_back(self, fence: Fence) -> datetime | None:
        """Nobody works on a key that is kept by mistake: where it cannot be given back
        in time, all is, under a new name."""
        while fence.replica == self.id:
            try:
                return await self.sharing.release(fence)
            except StoreUnavailable:
                if not self.is_sure_of(fence):
                    self._is_worn = True
                    return None
                at = self._clock.now() + AGAIN
                await self._clock.wait(asyncio.Event(), at)
        return None

    @asynccontextmanager
    async def taking_part(
        self, wake: Wake, room: Callable[[], int], begin: Begin
    ) -> AsyncIterator[None]:
        """Be known to the other replicas, and hear what waits, while it lasts."""
        self._closed.clear()
        self._wake = wake
        await self._join()
        await self._try_to_lead()
        tasks = [begin(self._beat()), begin(self._find(wake, room))]
        try:
            yield
        finally:
            self._closed.set()
            self._hurry.set()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._leave()

    async def _join(self) -> None:
        began = self._ticks()
        replica = ReplicaId(self._new_id())
        await self.sharing.join(replica, self._takeover)
        self.id, self._lead, self._is_worn = replica, None, False
        self._until = began + self._takeover.total_seconds()
        log.info("replica.joined", replica=replica)

    async def _leave(self) -> None:
        try:
            await self.sharing.leave(self.id)
        except StoreUnavailable as exc:
            log.warning("store.failed", error=str(exc))
        self.id = ReplicaId("")

    async def _beat(self) -> None:
        pause = self._takeover / BEATS
        while not self._closed.is_set():
            await self._clock.wait(self._hurry, self._clock.now() + pause)
            self._hurry.clear()
            try:
                await self.beat()
            except (StoreUnavailable, CommitRefused, LeaseLost) as exc:
                log.warning("replica.not_heard", error=str(exc))

    async def beat(self) -> None:
        """Say that this process is alive; it begins anew when it counts as dead."""
        began = self._ticks()
        if self._is_worn:
            await self.sharing.leave(self.id)
        if await self.sharing.beat(self.id, self._takeover):
            self._until = began + self._takeover.total_seconds()
        else:
            log.warning("replica.was_away", replica=self.id)
            await self._join()
        await self._try_to_lead()

    async def _try_to_lead(self) -> None:
        if self._lead is None:
            claimed = await self.sharing.claim(self.id, TIMERS)
            if isinstance(claimed, Fence):
                self._lead = claimed
                log.info("replica.leads", replica=self.id)

    async def _find(self, wake: Wake, room: Callable[[], int]) -> None:
        """Take up what was left: by a replica that died, or that has too much to do."""
        while not self._closed.is_set():
            await self._clock.wait(self._closed, self._clock.now() + TICK)
            try:
                await self.find(wake, room())
            except (StoreUnavailable, CommitRefused) as exc:
                log.warning("store.failed", error=str(exc))

    async def find(self, wake: Wake, room: int) -> None:
        """Wake up to *room* keys that are due and that nobody works on."""
        now = self._clock.now()
        self._later = {key: at for key, at in self._later.items() if at > now}
        if room > 0:
            limit = room + len(self._later)
            for each in await self.sharing.unclaimed(now - TICK, limit):
                if each.key not in self._later:
                    wake(each.key, each.at)

"""The timer: every linked case is looked at again, spread out, within the rate budget.

Datadog sends no webhook when an issue changes: this is how such an edit is seen.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import TrackerName
from bridge.engine.decide import FAR
from bridge.engine.means import Means
from bridge.engine.schedule import Schedule
from bridge.ports.errors import StoreUnavailable
from bridge.ports.records import Key
from bridge.ports.trackers import Tracker

log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)
LOOKS_AT_ONCE = 100
ROUND = 100
"""Cases that one hint without an id makes the bridge look at."""

RESERVE = 0.2
"""The part of a tracker's rate limit that looks leave to events and writes."""


class Resync:
    """Asks for timed looks until it is closed."""

    def __init__(self, means: Means, schedule: Schedule) -> None:
        self._means = means
        self._schedule = schedule
        self._closed = asyncio.Event()
        self._rounds: dict[TrackerName, datetime] = {}
        self._hinted = 0

    async def serve(self) -> None:
        """Ask for what is due, tick by tick."""
        while not self._closed.is_set():
            try:
                await self.ask()
            except StoreUnavailable as exc:
                log.warning("store.failed", error=str(exc))
            until = self._means.clock.now() + TICK
            await self._means.clock.wait(self._closed, until)

    def close(self) -> None:
        """Ask for nothing more."""
        self._closed.set()

    def hint(self, tracker: TrackerName) -> bool:
        """Look at the cases that waited longest, due or not; once per poll interval
        for each tracker that hints. False while its last round counts."""
        now = self._means.clock.now()
        before = self._rounds.get(tracker)
        interval = self._means.roster.poll_intervals.get(
            tracker, self._means.options.poll_interval
        )
        if before is not None and now < before + interval:
            return False
        self._rounds[tracker] = now
        self._hinted = ROUND
        return True

    async def ask(self) -> None:
        """Ask for the looks that are due now, as far as there is room for them."""
        now = self._means.clock.now()
        if not self._hinted and not self._means.rights.leads:
            return
        if not self._hinted and not await self._means.store.looks_due(now, 1):
            return
        room = await self._room()
        if room <= 0:
            return
        horizon = now + FAR if self._hinted else now
        if self._hinted:
            room = min(room, self._hinted)
            self._hinted -= room
        for case in await self._means.store.looks_due(horizon, room):
            self._schedule.look(Key(case))

    async def _room(self) -> int:
        """How many more looks may be asked for now."""
        room = LOOKS_AT_ONCE - self._schedule.looks
        if room <= 0:
            return 0
        counts = await self._means.store.counts()
        issues_each = max(1.0, counts.links / max(1, counts.cases))
        for side, cost in (
            (self._means.roster.cases, 1.0),
            (self._means.roster.issues, issues_each),
        ):
            room = min(room, self._affordable(side.values(), cost))
        return room

    def _affordable(self, side: Iterable[Tracker], cost: float) -> int:
        """Looks that the most generous tracker of a side has budget for; its own
        refusal holds the others back, one by one."""
        now = self._means.clock.now()
        affordable = [
            (budget.remaining - budget.limit * RESERVE) / cost - self._schedule.looks
            if (budget := tracker.budget) and budget.resets_at > now
            else float(LOOKS_AT_ONCE)
            for tracker in side
        ]
        return int(max(affordable, default=LOOKS_AT_ONCE))

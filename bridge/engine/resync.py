"""The timer: every linked case is looked at again, spread out, within the rate budget.

Datadog sends no webhook when an issue changes: this is how such an edit is seen.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import TrackerName
from bridge.domain.policy import Direction
from bridge.engine.decide import FAR
from bridge.engine.means import Means
from bridge.engine.schedule import Schedule
from bridge.ports.errors import StoreUnavailable
from bridge.ports.records import ASKED, Key
from bridge.ports.trackers import Ability, Tracker

log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)
HASTE = timedelta(milliseconds=50)
"""The time between two times of asking while more looks wait than there is room for."""
LOOKS_AT_ONCE = 100
WORTH_ASKING = 0.25
"""The part of them that there must be room for before the store is asked for more."""

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
        self._limits: dict[TrackerName, int] = {}

    async def serve(self, *, is_timed: bool = True) -> None:
        """Ask for what is due, tick by tick; unless *is_timed*, only for what somebody
        asked for."""
        while not self._closed.is_set():
            pause = TICK
            try:
                if await self.ask(is_timed=is_timed):
                    pause = HASTE
            except StoreUnavailable as exc:
                log.warning("store.failed", error=str(exc))
            until = self._means.clock.now() + pause
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

    async def ask(self, *, is_timed: bool = True) -> bool:
        """Ask for the looks that are due now, as far as there is room for them; True
        when more may wait than there was room for."""
        now = self._means.clock.now() if is_timed else ASKED
        if is_timed and not self._hinted and not self._means.rights.leads:
            return False
        if self._schedule.looks > LOOKS_AT_ONCE * (1 - WORTH_ASKING):
            return True
        if not self._hinted and not await self._means.store.looks_due(now, 1):
            return False
        room = await self._room()
        if room <= 0:
            return False
        horizon = now + FAR if self._hinted else now
        if self._hinted:
            room = min(room, self._hinted)
            self._hinted -= room
        under_way = self._schedule.looks
        for case in await self._means.store.looks_due(horizon, room + under_way):
            room -= self._schedule.look(Key(case))
            if not room:
                return True
        return False

    async def _room(self) -> int:
        """How many more looks may be asked for now."""
        room = LOOKS_AT_ONCE - self._schedule.looks
        roster = self._means.roster
        for side in (roster.cases, roster.issues):
            room = min(room, await self._affordable(side))
        return room

    async def _affordable(self, side: Mapping[TrackerName, Tracker]) -> int:
        """Looks that the most generous tracker of a side has budget for; its own
        refusal holds the others back, one by one."""
        left = {name: self._calls_left(name, each) for name, each in side.items()}
        limited = [
            (side[name], calls) for name, calls in left.items() if calls is not None
        ]
        if len(limited) < len(side) or not side:
            return LOOKS_AT_ONCE
        things = await self._things_each(side)
        return int(
            max(calls / (things * self._calls_each(each)) for each, calls in limited)
            - self._schedule.looks
        )

    async def _things_each(self, side: Mapping[TrackerName, Tracker]) -> float:
        """How many of a side a look reads: one case, and what issues it has."""
        if side is self._means.roster.cases:
            return 1.0
        counts = await self._means.store.counts()
        return max(1.0, counts.links / max(1, counts.cases))

    def _calls_each(self, tracker: Tracker) -> int:
        """Calls that a look at one thing takes: one, and one for its comments."""
        is_off = self._means.options.comments.direction is Direction.OFF
        issues = self._means.roster.issues.values()
        can_travel = any(Ability.CREATE_COMMENT in one.abilities for one in issues)
        is_read = can_travel and Ability.LIST_COMMENTS in tracker.abilities
        return 2 if is_read and not is_off else 1

    def _calls_left(self, name: TrackerName, tracker: Tracker) -> float | None:
        """Calls that looks may make; None where the tracker has named no limit. Once
        its limit was reset, all of it is there until an answer says how much."""
        budget = tracker.budget
        if budget is not None:
            self._limits[name] = budget.limit
        limit = self._limits.get(name)
        if limit is None:
            return None
        remaining = limit
        if budget is not None and budget.resets_at > self._means.clock.now():
            remaining = budget.remaining
        return remaining - limit * RESERVE

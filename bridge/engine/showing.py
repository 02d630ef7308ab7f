"""Finds the cases that show an issue, by reading what a case tracker's search lists.

No search of ours filters by the issues that a case shows. So the cases are read, so
many at most, and what was read is used again for a time that grows with its cost.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import Case, Issue, TrackerName, own_id
from bridge.engine.means import Means
from bridge.ports.errors import GoneError, PermanentError
from bridge.ports.trackers import Ability

log = structlog.get_logger(__name__)

MOST_CASES = 2000
"""How many cases of one tracker are read, the oldest first where it sorts."""

PAGE = 100
FRESH_FOR = timedelta(seconds=30)
"""How long a reading is used again, for each full page of cases that it took."""

NEEDED = frozenset({Ability.SEARCH, Ability.LIST_ISSUES})


@dataclass(frozen=True, slots=True)
class Reading:
    """The own ids of the cases that show each issue, and until when that is used."""

    until: datetime
    cases: dict[str, list[str]] = field(default_factory=dict)


class Showing:
    """Reads the cases of a tracker, one reading at a time."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._readings: dict[TrackerName, Reading] = {}
        self._turns: defaultdict[TrackerName, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def cases_of(self, issue: Issue) -> list[Case]:
        """The cases that show *issue*, as they are now; TrackerError."""
        found = []
        for name, tracker in self._means.roster.cases.items():
            if not tracker.abilities >= NEEDED:
                continue
            async with self._turns[name]:
                reading = await self._reading(name)
            for own in reading.cases.get(own_id(issue.id), ()):
                case = await self._read(name, own)
                if case and not case.withdrawn and own_id(issue.id) in case.issues:
                    found.append(case)
        return found

    async def _reading(self, name: TrackerName) -> Reading:
        reading = self._readings.get(name)
        if reading is None or self._means.clock.now() >= reading.until:
            # A search that is refused for good is the creation's to report.
            try:
                made = await self._means.gate.through(name, self._read_all(name))
            except (PermanentError, GoneError):
                made = Reading(self._means.clock.now())
            self._readings[name] = reading = made
        return reading

    async def _read_all(self, name: TrackerName) -> Reading:
        showing: dict[str, list[str]] = {}
        number = 0
        async for case in self._means.roster.cases[name].find_cases(""):
            number += 1
            for own in case.issues:
                showing.setdefault(own, []).append(own_id(case.id))
            if number == MOST_CASES:
                log.info("cases.not_all_read", tracker=name, read=number)
                break
        return Reading(self._means.clock.now() + number // PAGE * FRESH_FOR, showing)

    async def _read(self, name: TrackerName, own: str) -> Case | None:
        call = self._means.roster.cases[name].get_case(own)
        try:
            return await self._means.gate.through(name, call)
        except (GoneError, PermanentError):
            return None

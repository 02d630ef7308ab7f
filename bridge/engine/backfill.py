"""The rules over issues that exist already: in small steps, resumable, never in a rush.

Progress is kept in the store: killed half-way, the next start goes on where it was.
Work that came by itself goes first: a step begins only while little else waits and
the trackers' rate limits have room.
"""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import structlog

from bridge.domain.model import Issue, IssueId, TrackerName
from bridge.engine.issue_work import LEFT_ALONE, WANTED, WANTED_ANYWAY
from bridge.engine.means import Means
from bridge.engine.new_issues import is_linked
from bridge.engine.schedule import Schedule
from bridge.engine.views import time_view
from bridge.ports.commits import Commit
from bridge.ports.errors import StoreUnavailable, TrackerError, Unclear
from bridge.ports.records import Due, Key
from bridge.ports.sightings import sighting_of
from bridge.ports.trackers import Ability

log = structlog.get_logger(__name__)

STEP = timedelta(days=1)
DEFAULT_REACH = timedelta(days=90)
CROWD = 8
"""Keys that may wait at once before the backfill waits for them."""

RESERVE = 0.5
"""The part of a tracker's rate limit that is left to everything else."""

GLANCE = timedelta(seconds=2)
"""How soon a backfill is noticed that another process began."""

COUNTED = ("found", "linked", "due", "passed", "ignored")
BREATH = timedelta(milliseconds=200)
SINCE, UNTIL, REACHED = "backfill/since", "backfill/until", "backfill/reached"
ANYWAY = "backfill/anyway"
"""The end of the backfill that takes ignored and excluded issues along."""


class Backfill:
    """At most one backfill at a time."""

    def __init__(self, means: Means, schedule: Schedule) -> None:
        self._means = means
        self._schedule = schedule
        self._closed = asyncio.Event()
        self._begun = asyncio.Event()
        self._met: set[IssueId] = set()
        self.counts: Counter[str] = Counter()
        self._is_watching = False
        self.problem = ""

    async def begin(self, since: datetime | None, *, with_ignored: bool) -> None:
        """Start over the issues since then, those that somebody ignored or excluded
        only *with_ignored*; Unclear while one is under way."""
        if await self.is_under_way():
            raise Unclear("a backfill is under way already: see its progress")
        now = self._means.clock.now()
        start = since or now - DEFAULT_REACH
        if start >= now:
            raise Unclear("a backfill is over the past: give an earlier time")
        self.counts.clear()
        self._met.clear()
        marks = {SINCE: start, UNTIL: now, REACHED: start}
        marks |= {ANYWAY: now} if with_ignored else {}
        await self._means.store.commit(Commit(marks=marks))
        self._begun.set()

    async def is_under_way(self) -> bool:
        """True from its beginning until every window was searched."""
        until, reached = await self._mark(UNTIL), await self._mark(REACHED)
        return bool(until and reached and reached < until)

    async def progress(self) -> dict[str, Any]:
        """How far it is, for people."""
        return {
            "under_way": await self.is_under_way(),
            "since": time_view(await self._mark(SINCE)),
            "until": time_view(await self._mark(UNTIL)),
            "reached": time_view(await self._mark(REACHED)),
            "problem": self.problem or None,
            **{word: self.counts[word] for word in COUNTED},
        }

    async def preview(
        self, since: datetime | None, *, with_ignored: bool
    ) -> dict[str, Any]:
        """What a backfill would do: the cases it would create, by rule and project."""
        now = self._means.clock.now()
        counts: Counter[str] = Counter()
        would: Counter[tuple[str, str]] = Counter()
        for name in self._searchable():
            found = self._found(name, since or now - DEFAULT_REACH, now)
            for issue in await self._means.gate.through(name, found):
                counts["found"] += 1
                if issue.native_case or await is_linked(self._means.store, issue.id):
                    counts["linked"] += 1
                    continue
                routing = self._means.current.choices.rules.route(issue.attributes)
                if not routing.is_auto or not routing.rule:
                    counts["passed"] += 1
                elif issue.state in LEFT_ALONE and not with_ignored:
                    counts["ignored"] += 1
                else:
                    would[routing.rule.name, routing.project] += 1
        return {
            "found": counts["found"],
            "linked": counts["linked"],
            "passed": counts["passed"],
            "ignored": counts["ignored"],
            "would_create": sum(would.values()),
            "by_rule": [
                {"rule": rule, "project": project, "cases": number}
                for (rule, project), number in sorted(would.items())
            ],
        }

    def carry_on(self) -> None:
        """Go on with what is under way, begun by this process or an earlier one."""
        self._begun.set()

    def watch(self) -> None:
        """Go on from now on with whatever any process with this store begins."""
        self._is_watching = True
        self.carry_on()

    async def serve(self) -> None:
        """Carry out what is begun or carried on, until closed."""
        while not self._closed.is_set():
            until = self._means.clock.now() + GLANCE if self._is_watching else None
            await self._means.clock.wait(self._begun, until)
            self._begun.clear()
            while self._is_ours and await self._is_work_left():
                await self._try_step()

    @property
    def _is_ours(self) -> bool:
        return self._means.rights.leads and not self._closed.is_set()

    def close(self) -> None:
        """Stop after the step under way."""
        self._closed.set()
        self._begun.set()

    async def _is_work_left(self) -> bool:
        try:
            return await self.is_under_way()
        except StoreUnavailable:
            return True

    async def _try_step(self) -> None:
        try:
            await self._step()
        except (TrackerError, StoreUnavailable) as exc:
            self.problem = str(exc)
            log.warning("backfill.put_off", error=str(exc))
            await self._pause(self._means.options.retry_max / 10)
        else:
            self.problem = ""

    async def _step(self) -> None:
        """One window of all trackers; a failed search stops it, and nothing is made."""
        until, reached = await self._mark(UNTIL), await self._mark(REACHED)
        assert until
        assert reached
        end = min(reached + STEP, until)
        for name in self._searchable():
            found = self._found(name, reached, end)
            for issue in await self._means.gate.through(name, found):
                # One with errors on several days is found on each of them.
                if issue.id not in self._met:
                    await self._take(issue)
                    self._met.add(issue.id)
        await self._means.store.commit(Commit(marks={REACHED: end}))
        log.info("backfill.stepped", reached=end.isoformat(), **self.counts)

    async def _take(self, issue: Issue) -> None:
        self.counts["found"] += 1
        if await is_linked(self._means.store, issue.id):
            self.counts["linked"] += 1
            return
        routing = self._means.current.choices.rules.route(issue.attributes)
        if not routing.is_auto and issue.native_case is None:
            self.counts["passed"] += 1
            return
        is_anyway = await self._mark(ANYWAY) == await self._mark(UNTIL)
        is_left_alone = issue.state in LEFT_ALONE and not is_anyway
        if is_left_alone and issue.native_case is None:
            self.counts["ignored"] += 1
            return
        await self._until_there_is_room()
        now = self._means.clock.now()
        handled = WANTED_ANYWAY if is_anyway else WANTED
        wanted = sighting_of(issue, now, handled=handled)
        due = Due(Key(issue.id), now)
        await self._means.store.commit(Commit(sightings=[wanted], due=[due]))
        self._schedule.wake(due.key, now)
        self.counts["due"] += 1

    async def _until_there_is_room(self) -> None:
        while not self._closed.is_set():
            crowd = self._schedule.waiting + self._schedule.running
            if crowd < CROWD and self._has_budget():
                return
            await self._pause(BREATH)

    def _has_budget(self) -> bool:
        now = self._means.clock.now()
        budgets = [tracker.budget for tracker in self._means.roster.all.values()]
        return not any(
            budget.remaining < budget.limit * RESERVE
            for budget in budgets
            if budget and budget.resets_at > now
        )

    async def _pause(self, span: timedelta) -> None:
        await self._means.clock.wait(self._closed, self._means.clock.now() + span)

    async def _found(
        self, name: TrackerName, since: datetime, until: datetime
    ) -> list[Issue]:
        """Issues with errors in the window."""
        tracker = self._means.roster.issues[name]
        hits = tracker.find_issues("*", since, until)
        return [issue async for issue in hits]

    def _searchable(self) -> list[TrackerName]:
        issues = self._means.roster.issues.items()
        return [name for name, one in issues if Ability.SEARCH in one.abilities]

    async def _mark(self, name: str) -> datetime | None:
        return await self._means.store.mark(name)

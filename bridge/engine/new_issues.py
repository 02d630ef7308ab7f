"""Finds issues that need a case: new ones by search, waiting ones at the start.

A monitor's webhook tells of a new issue at once; the search finds those whose webhook
was lost or never set up. What was only seen in a dry run waits for the first live one.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import Issue, IssueId, TrackerName
from bridge.domain.routing import Ruleset
from bridge.engine.issue_work import WATCHING
from bridge.engine.means import Means
from bridge.engine.schedule import Schedule
from bridge.ports.commits import Commit
from bridge.ports.errors import StoreUnavailable, TrackerError, UnreadableRow
from bridge.ports.records import Due, Key
from bridge.ports.sightings import Sighting, sighting_of
from bridge.ports.store import Store
from bridge.ports.trackers import Ability

log = structlog.get_logger(__name__)

EVERYTHING = "*"
OVERLAP = timedelta(minutes=5)
"""How far a search reaches back behind the one before it: trackers index late."""

PAGE = 200


async def awaiting(store: Store, rules: Ruleset) -> AsyncIterator[list[Sighting]]:
    """The issues whose rule creates cases and that nobody handled yet, in portions."""
    after = ""
    while page := await store.unhandled(after=after, limit=PAGE):
        yield [seen for seen in page if rules.route(seen.attributes).is_auto]
        after = page[-1].issue


async def is_linked(store: Store, issue: IssueId) -> bool:
    """True when the issue has a case here; also when that cannot be read any more."""
    try:
        return await store.find_link(issue) is not None
    except UnreadableRow as exc:
        tell_unreadable(exc)
        return True


def tell_unreadable(exc: UnreadableRow) -> None:
    """One row is of no use any more: all others go on."""
    log.error("store.row_unreadable", error=str(exc))


class NewIssues:
    """Searches every issue tracker for new issues, as often as it is polled."""

    def __init__(self, means: Means, schedule: Schedule) -> None:
        self._means = means
        self._schedule = schedule
        self._closed = asyncio.Event()

    async def begin(self) -> None:
        """Watch from now on, if never before, and take up what waits since then."""
        if await self._means.store.mark(WATCHING) is None:
            now = self._means.clock.now()
            await self._means.store.commit(Commit(marks={WATCHING: now}))
        if not self._means.options.is_dry:
            await self.take_up_waiting()

    async def take_up_waiting(self) -> None:
        """Make the issues due whose rule creates cases and that nobody handled yet."""
        rules = self._means.current.choices.rules
        try:
            async for waiting in awaiting(self._means.store, rules):
                await self._make_due(waiting)
        except UnreadableRow as exc:
            tell_unreadable(exc)

    async def serve(self) -> None:
        """Search until closed."""
        while not self._closed.is_set():
            for name in self._means.roster.issues if self._means.rights.leads else ():
                try:
                    await self.search(name)
                except (TrackerError, StoreUnavailable) as exc:
                    log.info("search.put_off", tracker=name, error=str(exc))
                except UnreadableRow as exc:
                    tell_unreadable(exc)
            until = self._means.clock.now() + self._interval()
            await self._means.clock.wait(self._closed, until)

    def close(self) -> None:
        """Search no more."""
        self._closed.set()

    async def search(self, name: TrackerName) -> int:
        """Look for issues of one tracker that are new since its last search."""
        tracker = self._means.roster.issues[name]
        rules = self._means.current.choices.rules
        if Ability.SEARCH not in tracker.abilities:
            return 0
        if not any(rule.auto_create for rule in rules.rules):
            return 0
        watching = await self._means.store.mark(WATCHING)
        last = await self._means.store.mark(f"searched/{name}")
        now = self._means.clock.now()
        since = max(filter(None, (watching, last and last - OVERLAP)), default=now)
        found = tracker.find_issues(EVERYTHING, since, now)
        new = await self._means.gate.through(name, self._new(found, since, now))
        await self._make_due(new)
        await self._means.store.commit(Commit(marks={f"searched/{name}": now}))
        return len(new)

    async def _new(
        self, found: AsyncIterator[Issue], since: datetime, now: datetime
    ) -> list[Sighting]:
        """Those first seen in the window that the bridge does not know yet."""
        new = []
        async for issue in found:
            if issue.first_seen and issue.first_seen < since:
                continue
            if await is_linked(self._means.store, issue.id):
                continue
            try:
                if await self._means.store.sighting(issue.id) is None:
                    new.append(sighting_of(issue, now))
            except UnreadableRow as exc:
                tell_unreadable(exc)
        return new

    async def _make_due(self, sightings: list[Sighting]) -> None:
        if not sightings:
            return
        now = self._means.clock.now()
        due = [Due(Key(each.issue), now) for each in sightings]
        await self._means.store.commit(Commit(sightings=sightings, due=due))
        for each in due:
            self._schedule.wake(each.key, now)
        log.info("issues.taken_up", count=len(due))

    def _interval(self) -> timedelta:
        intervals = self._means.roster.poll_intervals
        chosen = [intervals[n] for n in self._means.roster.issues if n in intervals]
        return min(chosen, default=self._means.options.poll_interval)

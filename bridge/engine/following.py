"""Links follow an issue that is moved or unlinked on its own tracker.

Such a tracker names an issue's case itself. What it says otherwise than before is
believed at a second look, a settling time later, and until then nothing is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bridge.domain.listing import is_listed
from bridge.domain.model import Case, Issue, IssueId, Snapshot, own_id
from bridge.engine.adoption import Adopter
from bridge.engine.means import Means
from bridge.engine.observe import Observation
from bridge.ports.commits import Commit, NewEvent, WorkLater
from bridge.ports.records import Cause, Job, Key, Link

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Departure:
    """An issue that its tracker has on another case, or no longer on this one."""

    issue: Issue
    link: Link
    case: Case | None = None

    @property
    def reason(self) -> str:
        """Why nothing is written for the pair."""
        if self.issue.native_case is None:
            return "its tracker has unlinked it from this case"
        if self.case:
            return f"its tracker has it on {self.case.key or self.case.id}"
        return f"its tracker has it on {self.issue.native_case}, another case"


class Following:
    """Finds departures, remembers since when, and lets the links follow."""

    def __init__(self, means: Means, adopter: Adopter) -> None:
        self._means = means
        self._adopter = adopter
        self._strangers: set[str] = set()
        self._since: dict[IssueId, tuple[str | None, datetime]] = {}

    def has_news(self, job: Job, observation: Observation) -> bool:
        """True when a pass has to find out where an issue went."""
        return any(
            issue.id not in known_departures(job, observation)
            and (link.is_native or issue.native_case not in self._strangers)
            for issue, link in departed(job, observation)
        )

    async def follow(
        self, job: Job, observation: Observation
    ) -> Observation | datetime:
        """What is left to be looked at as before; a time, to begin anew then.

        An issue whose case cannot be linked to counts as gone from here.
        """
        found = [
            departure
            for issue, link in departed(job, observation)
            if (departure := await self._departure(issue, link))
        ]
        now = self._means.clock.now()
        until = self._doubtful_until(job, found, now)
        if until is not None:
            why = "; ".join(f"{each.issue.id}: {each.reason}?" for each in found)
            later = WorkLater(job.key, job.version, until, reason=why)
            await self._means.store.commit(Commit(work=[later]))
            return until
        moved = [each for each in found if await self._moved(each)]
        if moved:
            return now
        return without(observation, {each.issue.id: each.reason for each in found})

    async def _departure(self, issue: Issue, link: Link) -> Departure | None:
        """The departure, unless what the tracker has cannot be about this link."""
        if issue.native_case is None:
            return Departure(issue, link)
        if issue.native_case in self._strangers and not link.is_native:
            return None
        case = await self._adopter.find_case(issue.native_case)
        if link.is_native:
            return Departure(issue, link, case)
        if case is None:
            self._strangers.add(issue.native_case)
            return None
        if await self._adopter.is_set_aside(issue.id, case.id):
            return None
        return Departure(issue, link, case)

    def _doubtful_until(
        self, job: Job, found: list[Departure], now: datetime
    ) -> datetime | None:
        linked = [link.issue for link in job.links if link.issue in self._since]
        before = {issue: self._since.pop(issue) for issue in linked}
        doubtful = []
        for each in found:
            told, since = before.get(each.issue.id, ("", now))
            if told != each.issue.native_case:
                since = now
            self._since[each.issue.id] = each.issue.native_case, since
            until = since + self._means.options.settle
            if now < until and each.link.gone != each.reason:
                doubtful.append(until)
        return max(doubtful, default=None)

    async def _moved(self, departure: Departure) -> bool:
        """True when the link went; False where it cannot follow."""
        issue, link = departure.issue, departure.link
        if departure.case:
            row = await self._adopter.follow(issue, departure.case, link.case)
            return row is not None
        if issue.native_case is not None:
            return False
        case = self._means.roster.case_tracker(link.case).name
        kind, now = "unlinked on its tracker", self._means.clock.now()
        event = NewEvent(
            self._means.new_id(), case, Key(link.case), Cause.LINK, kind, now
        )
        await self._means.store.unlink(issue.id, event)
        log.info("link.ended", issue=issue.id, case=link.case)
        return True


def departed(job: Job, observation: Observation) -> Iterator[tuple[Issue, Link]]:
    """The issues that name another case than the one they are linked to; and those
    that named this one, name none now, and are not shown on it either.

    An issue that never named this case and names none is where it was.
    """
    seen = observation.snapshot
    if seen is None:
        return
    links = {link.issue: link for link in job.links}
    for issue in seen.issues:
        link = links[issue.id]
        if issue.native_case == own_id(link.case):
            continue
        if issue.native_case is not None or (
            link.is_native and not is_listed(seen, issue)
        ):
            yield issue, link


def known_departures(job: Job, observation: Observation) -> dict[IssueId, str]:
    """The issues that are marked as gone to where their tracker still has them."""
    return {
        issue.id: link.gone
        for issue, link in departed(job, observation)
        if link.gone and issue.native_case is not None and link.is_native
    }


def without(observation: Observation, gone: dict[IssueId, str]) -> Observation:
    """*observation* with the issues of *gone* counted as gone."""
    seen = observation.snapshot
    if seen is None or not gone:
        return observation
    left = tuple(issue for issue in seen.issues if issue.id not in gone)
    return replace(
        observation,
        snapshot=Snapshot(seen.case, left),
        gone={**observation.gone, **gone},
    )


def staying(job: Job, observation: Observation) -> Observation:
    """*observation* without the native pairs that are no more, for those who only ask:
    nothing would be written for them."""
    gone = {
        issue.id: Departure(issue, link).reason
        for issue, link in departed(job, observation)
        if link.is_native
    }
    return without(observation, gone)

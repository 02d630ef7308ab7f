"""Takes over links that the trackers have already, so that none is made twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bridge.domain.base import CaseBase, Held, IssueBase
from bridge.domain.model import Case, CaseId, Issue, IssueId, Snapshot, own_id, qualify
from bridge.engine.case_pass import shown_link
from bridge.engine.decide import Decider
from bridge.engine.means import Means
from bridge.engine.showing import Showing
from bridge.ports.commits import NewEvent
from bridge.ports.creations import BeingCreated
from bridge.ports.errors import GoneError, PermanentError, TrackerError
from bridge.ports.records import Cause, Key, Link, LinkRow, record_of
from bridge.ports.store import LinkExists

log = structlog.get_logger(__name__)


class Adopter:
    """Adopts what a tracker shows as linked, unless a person unlinked just that."""

    def __init__(self, means: Means, decider: Decider) -> None:
        self._means = means
        self._decider = decider
        self._showing = Showing(means)
        self._strangers: set[str] = set()
        self.wake: Callable[[Key, datetime], None] = lambda _key, _at: None

    async def native(self, issue: Issue) -> LinkRow | None:
        """The link to the case that the issue's own tracker has for it.

        Both sides are taken as they are: that pair is the tracker's own to sync.
        """
        if issue.native_case is None:
            return None
        case = await self.find_case(issue.native_case)
        if case is None or await self.is_set_aside(issue.id, case.id):
            return None
        return await self._keep(issue, case, _as_it_is(issue, case))

    async def shown(self, issue: Issue) -> LinkRow | None:
        """The link to the case that shows *issue*, which joins it as a newcomer.

        To be asked before a case is created; TrackerError where nobody can tell.
        """
        for case in await self._showing.cases_of(issue):
            if not await self.is_set_aside(issue.id, case.id):
                return await self._keep(issue, case, None)
        return None

    async def follow(self, issue: Issue, case: Case, before: CaseId) -> LinkRow | None:
        """The link to *case* in place of the one to *before*; both sides are taken as
        they are. None where the link was changed meanwhile."""
        row = await self._keep(issue, case, _as_it_is(issue, case), before)
        self.wake(Key(case.id), self._means.clock.now())
        return row

    async def listed(self, seen: Snapshot) -> int:
        """Adopt the issues that the case shows and that are not linked; how many.

        One that cannot be read now is left for the next look.
        """
        known = {own_id(issue.id) for issue in seen.issues}
        adopted = 0
        for listed in seen.case.issues:
            if listed not in known and listed not in self._strangers:
                try:
                    adopted += await self._adopt_listed(listed, seen.case)
                except TrackerError as exc:
                    log.info("adoption.put_off", listed=listed, error=str(exc))
        return adopted

    async def _adopt_listed(self, listed: str, case: Case) -> bool:
        for name, tracker in self._means.roster.issues.items():
            issue_id = IssueId(qualify(name, listed))
            if await self._means.store.find_link(issue_id):
                return False
            if await self.is_set_aside(issue_id, case.id):
                return False
            try:
                call = tracker.get_issue(issue_id)
                issue = await self._means.gate.through(name, call)
            except (GoneError, PermanentError):
                continue
            if issue.native_case == own_id(case.id):
                return await self.native(issue) is not None
            return await self._keep(issue, case, None) is not None
        self._strangers.add(listed)
        return False

    async def find_case(self, native_id: str) -> Case | None:
        """The case that an issue names as its own, if it can be linked to."""
        for name, tracker in self._means.roster.cases.items():
            try:
                call = tracker.get_case(native_id)
                case = await self._means.gate.through(name, call)
            except (GoneError, PermanentError):
                continue
            return None if case.withdrawn else case
        return None

    async def is_set_aside(self, issue: IssueId, case: CaseId) -> bool:
        """True when a person unlinked just that pair."""
        return case in await self._means.store.set_aside_from(issue)

    async def _keep(
        self,
        issue: Issue,
        case: Case,
        base: IssueBase | None,
        before: CaseId | None = None,
    ) -> LinkRow | None:
        now = self._means.clock.now()
        link = shown_link(Link(issue.id, case.id, now), issue)
        link = replace(link, base=base)
        record = record_of(case, self._decider.first_look(case.id, now))
        record = replace(record, base=CaseBase(Held(case.group)))
        event = NewEvent(
            self._means.new_id(),
            self._means.roster.case_tracker(case.id).name,
            Key(case.id),
            Cause.LINK,
            "moved" if before else "adopted",
            now,
        )
        try:
            await self._means.store.link(link, record, event, before)
        except (LinkExists, BeingCreated):
            return None
        told = "link.followed" if before else "link.adopted"
        log.info(told, issue=issue.id, case=case.id, is_native=link.is_native)
        return LinkRow(link, record)


def _as_it_is(issue: Issue, case: Case) -> IssueBase:
    is_listed = own_id(issue.id) in case.issues
    return IssueBase(issue.id, Held(issue.state), Held(value=is_listed))

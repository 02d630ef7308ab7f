"""Takes over links that the trackers have already, so that none is made twice."""

from dataclasses import replace

import structlog

from bridge.domain.base import CaseBase, Held, IssueBase
from bridge.domain.model import Case, CaseId, Issue, IssueId, Snapshot, own_id, qualify
from bridge.engine.case_pass import shown_link
from bridge.engine.decide import Decider
from bridge.engine.means import Means
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
        self._strangers: set[str] = set()

    async def native(self, issue: Issue) -> LinkRow | None:
        """The link to the case that the issue's own tracker has for it.

        Both sides are taken as they are: that pair is the tracker's own to sync.
        """
        if issue.native_case is None:
            return None
        case = await self._find_case(issue.native_case)
        if case is None or await self._is_set_aside(issue.id, case.id):
            return None
        is_listed = own_id(issue.id) in case.issues
        base = IssueBase(issue.id, Held(issue.state), Held(value=is_listed))
        return await self._keep(issue, case, base)

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
            if await self._is_set_aside(issue_id, case.id):
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

    async def _find_case(self, native_id: str) -> Case | None:
        for name, tracker in self._means.roster.cases.items():
            try:
                call = tracker.get_case(native_id)
                case = await self._means.gate.through(name, call)
            except (GoneError, PermanentError):
                continue
            return None if case.withdrawn else case
        return None

    async def _is_set_aside(self, issue: IssueId, case: CaseId) -> bool:
        return case in await self._means.store.set_aside_from(issue)

    async def _keep(
        self, issue: Issue, case: Case, base: IssueBase | None
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
            "adopted",
            now,
        )
        try:
            await self._means.store.link(link, record, event)
        except (LinkExists, BeingCreated):
            return None
        log.info("link.adopted", issue=issue.id, is_native=link.is_native)
        return LinkRow(link, record)

"""Issues attached to cases by hand: linked, unlinked, given a case of their own."""

import asyncio
from datetime import datetime

from bridge.domain.creation import marker_of
from bridge.domain.model import (
    Case,
    CaseId,
    Issue,
    IssueId,
    own_id,
    qualify,
    tracker_of,
)
from bridge.domain.routing import Routing
from bridge.engine.adoption import Adopter
from bridge.engine.case_pass import shown_link
from bridge.engine.creator import FOR_OPERATOR, Creator, Made
from bridge.engine.decide import Decider
from bridge.engine.means import Means
from bridge.engine.refusals import already_linked
from bridge.engine.schedule import Schedule
from bridge.ports.commits import NewEvent
from bridge.ports.creations import (
    AlreadyReserved,
    BeingCreated,
    Creation,
    CreationStatus,
)
from bridge.ports.errors import (
    AlreadyLinked,
    GoneError,
    NotFound,
    PermanentError,
    TransientError,
    Unclear,
)
from bridge.ports.records import CaseRecord, Cause, Key, Link, LinkRow, record_of
from bridge.ports.store import LinkExists

GLANCE = 0.5
"""Seconds between two looks whether another process made the case."""

PATIENCE = 30.0
"""Seconds that somebody who asked for a case is kept waiting for it."""


class Attaching:
    """What the desk does about links."""

    def __init__(
        self,
        means: Means,
        schedule: Schedule,
        decider: Decider,
        creator: Creator,
        adopter: Adopter,
    ) -> None:
        self._means = means
        self._schedule = schedule
        self._decider = decider
        self._creator = creator
        self._adopter = adopter

    async def link(self, issue: str, case: str) -> LinkRow:
        """Attach an issue to a case; NotFound, AlreadyLinked, Unclear, TrackerError."""
        issue_id = self._means.roster.read_issue(issue)
        case_id = self._means.roster.read_case(case)
        existing = await self.find(issue_id)
        if existing:
            raise already_linked(existing)
        found_issue, found_case = await self._read(issue_id, case_id)
        if found_issue.native_case != own_id(found_case.id):
            await self._refuse_second(found_issue)
        return await self._keep_link(found_issue, found_case)

    async def unlink(self, issue: str) -> None:
        """Detach an issue; nothing else changes. NotFound, Unclear."""
        issue_id = self._means.roster.read_issue(issue)
        row = await self.find(issue_id)
        if row is None:
            raise NotFound(f"{issue_id} is not linked to a case")
        key = Key(row.link.case)
        event = self._event(key, issue_id, "unlinked")
        if await self._means.store.unlink(row.link.issue, event) is None:
            raise NotFound(f"{issue_id} is not linked to a case")

    async def create(self, issue: str, project: str | None) -> Made:
        """A new case for an issue: in the project of the first rule that matches, else
        *project*, else the default one. NotFound, AlreadyLinked, Unclear,
        TrackerError."""
        issue_id = self._means.roster.read_issue(issue)
        existing = await self.find(issue_id)
        if existing:
            raise already_linked(existing)
        found = await self._read_issue(issue_id)
        await self._refuse_second(found)
        routing = self._means.current.choices.rules.route(found.attributes)
        ruled = routing.rule.project if routing.rule else ""
        creation = self._creation(found, routing, ruled or project)
        is_dry = self._means.options.is_dry
        self._refuse_adopted(None if is_dry else await self._adopter.shown(found))
        if is_dry:
            where = f"{creation.tracker}, project {creation.project}"
            raise Unclear(f"a dry run creates nothing; it would be in {where}")
        row = await self._create(creation)
        rule = routing.rule.name if routing.rule and ruled else ""
        return Made(row, creation.project, rule)

    async def _refuse_second(self, issue: Issue) -> None:
        """AlreadyLinked where its tracker has the issue on a case: that is adopted."""
        is_dry = self._means.options.is_dry
        self._refuse_adopted(None if is_dry else await self._adopter.native(issue))

    def _refuse_adopted(self, adopted: LinkRow | None) -> None:
        if adopted:
            self._schedule.wake(Key(adopted.link.case), self._means.clock.now())
            raise already_linked(adopted)

    def _creation(
        self, issue: Issue, routing: Routing, project: str | None
    ) -> Creation:
        chosen = project or routing.project
        if routing.tracker is None or not chosen:
            raise Unclear(
                "no project is named: give one, or set default_project of the case "
                "tracker"
            )
        now = self._means.clock.now()
        return Creation(issue.id, routing.tracker, chosen, "", now)

    async def _create(self, creation: Creation) -> LinkRow:
        now, key = self._means.clock.now(), Key(creation.issue)
        event = NewEvent(
            self._means.new_id(),
            tracker_of(creation.issue),
            key,
            Cause.OPERATOR,
            "create",
            now,
        )
        made, is_first = self._creator.expect(creation.issue), True
        try:
            await self._means.store.reserve(creation, event)
        except LinkExists as exc:
            raise already_linked(LinkRow(exc.link, exc.case)) from exc
        except AlreadyReserved as exc:
            creation, is_first = exc.creation, False
            if creation.status is CreationStatus.STUCK:
                raise PermanentError(FOR_OPERATOR) from exc
        self._schedule.wake(key, now)
        try:
            async with asyncio.timeout(PATIENCE):
                row = await self._made(creation.issue, made)
        except TimeoutError as exc:
            raise TransientError(
                f"{creation.tracker} has not answered yet; the bridge goes on trying "
                f"(marker {marker_of(creation.issue)})"
            ) from exc
        if not is_first:
            raise already_linked(row)
        return row

    async def _made(self, issue: IssueId, made: asyncio.Future[LinkRow]) -> LinkRow:
        """The link, made by this process or by another one with the same store."""
        store = self._means.store
        while True:
            done, _ = await asyncio.wait([made], timeout=GLANCE)
            if done:
                return made.result()
            row, creation = await store.find_link(issue), await store.creation(issue)
            if row is not None:
                return row
            if creation is not None and creation.status is CreationStatus.STUCK:
                raise PermanentError(FOR_OPERATOR)

    async def _read(self, issue: IssueId, case: CaseId) -> tuple[Issue, Case]:
        found_issue = await self._read_issue(issue)
        found_case = await self._read_case(case)
        if found_case.withdrawn:
            raise NotFound(f"{case} is {found_case.withdrawn}: link to another case")
        return found_issue, found_case

    async def _read_case(self, case: CaseId) -> Case:
        try:
            return await self._get_case(case)
        except GoneError as exc:
            other = await self._other_spelling(case)
            if other == case:
                raise NotFound(f"there is no case {case}: {exc}") from exc
        try:
            return await self._get_case(other)
        except GoneError as exc:
            raise NotFound(f"there is no case {case}: {exc}") from exc

    async def _get_case(self, case: CaseId) -> Case:
        call = self._means.roster.case_tracker(case).get_case(own_id(case))
        return await self._means.gate.through(tracker_of(case), call)

    async def _other_spelling(self, case: CaseId) -> CaseId:
        """What *case* may mean that no tracker knows in the letters as written."""
        known = await self.find_case(case)
        if known:
            return known.id
        return CaseId(qualify(tracker_of(case), own_id(case).upper()))

    async def _read_issue(self, issue: IssueId) -> Issue:
        call = self._means.roster.issue_tracker(issue).get_issue(issue)
        try:
            return await self._means.gate.through(tracker_of(issue), call)
        except GoneError as exc:
            raise NotFound(f"there is no issue {issue}: {exc}") from exc

    async def _keep_link(self, issue: Issue, case: Case) -> LinkRow:
        now = self._means.clock.now()
        link = shown_link(Link(issue.id, case.id, now), issue)
        record = record_of(case, self._decider.first_look(case.id, now))
        event = self._event(Key(case.id), issue.id, "linked")
        try:
            await self._means.store.link(link, record, event)
        except LinkExists as exc:
            raise already_linked(LinkRow(exc.link, exc.case)) from exc
        except BeingCreated as exc:
            raise AlreadyLinked(str(exc), "") from exc
        self._schedule.wake(Key(case.id), now)
        return LinkRow(link, record)

    def _event(self, key: Key, issue: IssueId, kind: str) -> NewEvent:
        now: datetime = self._means.clock.now()
        return NewEvent(
            self._means.new_id(), tracker_of(issue), key, Cause.LINK, kind, now
        )

    async def find(self, issue: IssueId) -> LinkRow | None:
        """The link of *issue*, whose id may be written in other letter case."""
        store = self._means.store
        return await store.find_link(issue) or await store.find_link(
            IssueId(qualify(tracker_of(issue), own_id(issue).lower()))
        )

    async def find_case(self, case: CaseId) -> CaseRecord | None:
        """The known case with that id or key, in whatever letter case; None."""
        store, written = self._means.store, own_id(case)
        for own in dict.fromkeys((written, written.lower(), written.upper())):
            found = await store.find_case(qualify(tracker_of(case), own))
            if found is not None:
                return found
        return None

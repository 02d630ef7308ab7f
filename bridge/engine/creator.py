"""Creates the case of an issue, once, whatever is cut off, repeated or raced.

The case is reserved in the store before anything is sent. Before every request the
tracker is searched for the marker, and a search that fails stops the creation. After
a request whose answer never came the search is given time to catch up.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bridge.domain.base import CaseBase, Held, IssueBase, Owed
from bridge.domain.creation import description_of, marker_of, title_of
from bridge.domain.model import Case, Issue, IssueId, State, StatusGroup
from bridge.domain.status import group_of
from bridge.engine.case_pass import shown_link
from bridge.engine.decide import Decider
from bridge.engine.means import Means
from bridge.engine.verdicts import tried_mark
from bridge.ports.commits import Commit, NewEvent
from bridge.ports.creations import Creation, CreationStatus
from bridge.ports.errors import (
    AmbiguousError,
    GoneError,
    PermanentError,
    TrackerError,
    TransientError,
)
from bridge.ports.measuring import Step, StepKind
from bridge.ports.records import Cause, Key, Link, LinkRow, record_of
from bridge.ports.sightings import sighting_of
from bridge.ports.trackers import Ability, NewCase

log = structlog.get_logger(__name__)

SEARCH_LAG = timedelta(seconds=150)
"""How long a tracker's search may miss a case that was just created."""

FOR_OPERATOR = "its creation waits for an operator: see the dead letters"

REASON = "a case was created from it"


class Stuck(Exception):
    """Nobody can tell whether the case was created: a person has to look."""


@dataclass(frozen=True, slots=True)
class Made:
    """The link to a new case, the project it is in, and the rule that named that one,
    if one did."""

    link: LinkRow
    project: str
    rule: str


class Creator:
    """Carries reserved creations out."""

    def __init__(self, means: Means, decider: Decider) -> None:
        self._means = means
        self._decider = decider
        self._waiting: dict[IssueId, asyncio.Future[LinkRow]] = {}

    def expect(self, issue: IssueId) -> asyncio.Future[LinkRow]:
        """The link that the creation for *issue* will lead to, or its error."""
        waiting = self._waiting.get(issue)
        if waiting is None or waiting.done():
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[issue] = waiting
        return waiting

    def refuse(self, issue: IssueId, why: str) -> None:
        """Tell whoever waits for the case of *issue* that it waits for a person."""
        self._tell(issue, PermanentError(why))

    async def carry_out(self, creation: Creation, issue: Issue) -> LinkRow:
        """The link to the case of *creation*, made if need be; TrackerError, Stuck."""
        try:
            row = await self._carry_out(creation, issue)
        except TrackerError as exc:
            self._tell(issue.id, exc)
            raise
        waiting = self._waiting.pop(issue.id, None)
        if waiting and not waiting.done():
            waiting.set_result(row)
        return row

    def _tell(self, issue: IssueId, exc: Exception) -> None:
        waiting = self._waiting.pop(issue, None)
        if waiting and not waiting.done():
            waiting.set_exception(exc)

    async def _carry_out(self, creation: Creation, issue: Issue) -> LinkRow:
        if creation.status is CreationStatus.CREATED and creation.case:
            tracker = self._means.roster.cases[creation.tracker]
            read = tracker.get_case(creation.case.partition(":")[2])
            case = await self._means.gate.through(creation.tracker, read)
        else:
            case = await self._look_up(creation) or await self._create(creation, issue)
        return await self._link(creation, issue, case)

    async def _look_up(self, creation: Creation) -> Case | None:
        """The case with the marker, if the tracker has one; its failure stops all."""
        tracker = self._means.roster.cases[creation.tracker]
        marker = marker_of(creation.issue)
        if Ability.SEARCH not in tracker.abilities:
            if creation.status is CreationStatus.RESERVED:
                return None
            raise Stuck(
                f"whether {creation.tracker} made a case for {creation.issue} cannot "
                f"be found out: look there for {marker}, link the case or retry"
            )

        aside = await self._means.store.set_aside_from(creation.issue)

        async def search() -> list[Case]:
            hits = [case async for case in tracker.find_cases(marker)]
            marked = [case for case in hits if marker in case.description]
            return [c for c in marked if not c.withdrawn and c.id not in aside]

        found = await self._means.gate.through(creation.tracker, search())
        if len(found) > 1:
            log.warning("case.duplicate", cases=[case.key for case in found])
        return found[0] if found else None

    async def _create(self, creation: Creation, issue: Issue) -> Case:
        now = self._means.clock.now()
        tracker = self._means.roster.cases[creation.tracker]
        if Ability.SEARCH in tracker.abilities:
            await self._wait_for_the_search(creation, now)
        trying = replace(creation, status=CreationStatus.TRYING, tried_at=now)
        await self._means.store.commit(Commit(creations=[trying]))
        new = NewCase(
            project=creation.project,
            title=title_of(issue),
            description=description_of(issue),
            group=StatusGroup.IN_PROGRESS,
        )
        step = Step(StepKind.WRITE, creation.tracker, "create_case")
        try:
            with self._means.measures.step(step) as course:
                made = await self._means.gate.through(
                    creation.tracker,
                    tracker.create_case(new),
                    creation.issue,
                    project=creation.project,
                    writes="create",
                )
                course.result = "done"
                return made
        except AmbiguousError:
            raise
        except (PermanentError, GoneError):
            # Who asked hears it at once; what a rule wanted is kept for an operator.
            if creation.rule:
                await self._means.store.commit(Commit(creations=[creation]))
            else:
                await self._means.store.commit(Commit(dropped=[issue.id]))
            raise
        except TrackerError:
            await self._means.store.commit(Commit(creations=[creation]))
            raise

    async def _wait_for_the_search(self, creation: Creation, now: datetime) -> None:
        """TransientError while a case that was created without an answer may not be
        found yet."""
        skipped = await self._means.store.mark(tried_mark(creation.issue))
        tried = max(filter(None, (creation.tried_at, skipped)), default=None)
        if tried and now < tried + SEARCH_LAG:
            raise TransientError(
                f"a case for {creation.issue} may have been created without an answer; "
                "it is searched for until the search cannot have missed it",
                retry_after=(tried + SEARCH_LAG - now).total_seconds(),
            )

    async def _link(self, creation: Creation, issue: Issue, case: Case) -> LinkRow:
        """Keep what was created, then the link; the next pass writes what is owed."""
        now = self._means.clock.now()
        done = replace(creation, status=CreationStatus.CREATED, case=case.id)
        handled = sighting_of(issue, now, handled=f"created {case.key or case.id}")
        await self._means.store.commit(Commit(creations=[done], sightings=[handled]))
        link = replace(
            shown_link(Link(issue.id, case.id, now), issue), base=_issue_base(issue)
        )
        record = record_of(case, self._decider.first_look(case.id, now))
        record = replace(record, base=_case_base(case))
        event = NewEvent(
            self._means.new_id(),
            creation.tracker,
            Key(case.id),
            Cause.LINK,
            "case created",
            now,
        )
        await self._means.store.link(link, record, event)
        log.info("case.created", case=case.key or case.id, rule=creation.rule or None)
        return LinkRow(link, record)


def _issue_base(issue: Issue) -> IssueBase:
    """REVIEWED is owed to the issue, whatever it was; so is being shown on the case."""
    owed = None
    if group_of(issue.state) is not StatusGroup.IN_PROGRESS:
        owed = Owed(State.REVIEWED, REASON)
    listed = Held(value=False, owed=Owed(value=True, reason=REASON))
    return IssueBase(issue.id, Held(issue.state, owed), listed)


def _case_base(case: Case) -> CaseBase:
    owed = None
    if case.group is not StatusGroup.IN_PROGRESS:
        owed = Owed(StatusGroup.IN_PROGRESS, "it was created from an issue")
    return CaseBase(Held(case.group, owed))

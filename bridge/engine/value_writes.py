"""Writes one agreed value to its tracker: a state, a status, an assignee, a listing."""

from collections.abc import Awaitable
from typing import TypeVar

from bridge.domain.actions import (
    ListIssueOnCase,
    SetCaseAssignee,
    SetCaseStatus,
    SetIssueAssignee,
    SetIssueState,
    ValueAction,
)
from bridge.domain.assignee import named
from bridge.domain.model import Case, CaseId, Issue, IssueId, own_id, tracker_of
from bridge.domain.people import Identity
from bridge.engine.case_pass import CasePass
from bridge.engine.means import Means
from bridge.engine.record import target_and_value
from bridge.ports.commits import ActionRecord, Commit
from bridge.ports.errors import (
    GoneError,
    PermanentError,
    TrackerError,
    TransientError,
)

T = TypeVar("T")
C = TypeVar("C", Case, Issue)

BELIEVED_AFTER = 2
"""Tries after which a tracker that shows something else is believed."""


class ValueWrites:
    """The writes that move a base."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def carry_out(self, case_pass: CasePass, action: ValueAction) -> str:
        """Write and move the base; what the tracker shows now. TrackerError."""
        target, _ = target_and_value(action)
        age = self._means.clock.now() - case_pass.seen_since(target)
        is_stale = age > self._means.options.stale_after
        if is_stale and not isinstance(action, ListIssueOnCase):
            await self._look_again(case_pass, action)
        await self._check_links(case_pass, action)
        found = await self._write(case_pass, action)
        case_pass.confirm(action, found, self._means.clock.now())
        return _receipt(found)

    def fail(self, case_pass: CasePass, action: ValueAction, exc: TrackerError) -> None:
        """Nothing to note: the value stays owed until the next pass."""

    def refuse(self, case_pass: CasePass, action: ValueAction, why: str) -> None:
        """The tracker refused for good."""
        case_pass.refuse(action, why)

    def mark_gone(self, case_pass: CasePass, action: ValueAction, why: str) -> None:
        """What was to be written to is not there any more."""
        case_pass.mark_gone(action, why)

    def step(
        self, case_pass: CasePass, action: ValueAction, record: ActionRecord
    ) -> Commit:
        """The receipt together with the base that it moved."""
        match action:
            case SetCaseStatus() | SetCaseAssignee():
                return Commit(actions=[record], cases=[case_pass.case])
            case (
                SetIssueState(issue)
                | SetIssueAssignee(issue)
                | ListIssueOnCase(_, issue)
            ):
                return Commit(actions=[record], links=[case_pass.links[issue]])

    async def _write(self, case_pass: CasePass, action: ValueAction) -> Case | Issue:
        roster, writes = self._means.roster, _kind_of_writes(action)
        match action:
            case SetIssueState(issue, state):
                call = roster.issue_tracker(issue).set_state(issue, state)
                changed = await self._through(case_pass, issue, call, writes=writes)
                _check(case_pass, changed.state == state, issue, state, changed.state)
                return changed
            case SetIssueAssignee(issue, person, account):
                call = roster.issue_tracker(issue).set_assignee(issue, account)
                given = await self._through(case_pass, issue, call, writes=writes)
                return _assigned(case_pass, person, account, given)
            case SetCaseStatus(case, group):
                write = roster.case_tracker(case).set_group(case, group)
                moved = await self._through(case_pass, case, write, writes=writes)
                is_done = moved.group == group
                _check(case_pass, is_done, case, group.name, moved.group.name)
                return moved
            case SetCaseAssignee(case, person, account):
                write = roster.case_tracker(case).set_assignee(case, account)
                taken = await self._through(case_pass, case, write, writes=writes)
                return _assigned(case_pass, person, account, taken)
            case ListIssueOnCase(case, issue):
                shown = case_pass.issues[issue]
                write = roster.case_tracker(case).list_issue(case, shown)
                return await self._through(case_pass, case, write, writes=writes)

    async def _through(
        self,
        case_pass: CasePass,
        thing: CaseId | IssueId,
        call: Awaitable[T],
        *,
        writes: str,
    ) -> T:
        project = case_pass.case.project if thing == case_pass.case.id else ""
        return await self._means.gate.through(
            tracker_of(thing), call, thing, project=project, writes=writes
        )

    async def _check_links(self, case_pass: CasePass, action: ValueAction) -> None:
        """Before every write: nobody unlinked meanwhile what it is about."""
        match action:
            case (
                SetIssueState(issue)
                | SetIssueAssignee(issue)
                | ListIssueOnCase(_, issue)
            ):
                concerned = [case_pass.links[issue]]
            case SetCaseStatus() | SetCaseAssignee():
                concerned = list(case_pass.links.values())
        standing = await self._means.store.still_linked(concerned)
        if len(standing) == len(concerned):
            return
        if isinstance(action, SetCaseStatus | SetCaseAssignee):
            raise TransientError("links changed meanwhile: decided anew")
        raise GoneError("it was unlinked meanwhile")

    async def _look_again(self, case_pass: CasePass, action: ValueAction) -> None:
        """Before a write that waited: raise when its target has changed meanwhile."""
        roster = self._means.roster
        now: Case | Issue
        before: Case | Issue
        match action:
            case SetIssueState(issue) | SetIssueAssignee(issue):
                reading = roster.issue_tracker(issue).get_issue(issue)
                now = await self._through(case_pass, issue, reading, writes="")
                before = case_pass.issues[issue]
            case SetCaseStatus(case) | SetCaseAssignee(case) | ListIssueOnCase(case):
                asking = roster.case_tracker(case).get_case(own_id(case))
                now = await self._through(case_pass, case, asking, writes="")
                before = case_pass.seen.case
        if _concerned(action, now) != _concerned(action, before):
            raise TransientError("somebody changed it meanwhile: decided anew")


def _check(
    case_pass: CasePass,
    is_done: bool,  # noqa: FBT001 - the condition that is checked
    target: str,
    wanted: str,
    shown: str,
) -> None:
    """Raise unless the tracker shows what it took: for now at first, then for good."""
    if is_done:
        return
    text = f"{target} was to become {wanted}; the tracker took it but shows {shown}"
    if case_pass.job.attempts < BELIEVED_AFTER:
        raise TransientError(text)
    raise PermanentError(text)


def _assigned(
    case_pass: CasePass, person: Identity, account: str | None, found: C
) -> C:
    shown = found.assignee.id if found.assignee else None
    shown_name = found.assignee.email or shown if found.assignee else ""
    is_done = shown == account
    wanted, has = named(person), named(Identity(shown_name or ""))
    _check(case_pass, is_done, f"the assignee of {found.id}", wanted, has)
    return found


def _kind_of_writes(action: ValueAction) -> str:
    """What a tracker may forbid by itself."""
    match action:
        case SetIssueState() | SetCaseStatus():
            return "states"
        case SetIssueAssignee() | SetCaseAssignee():
            return "assignees"
        case ListIssueOnCase():
            return "listings"


def _concerned(action: ValueAction, thing: Case | Issue) -> object:
    """The value of *thing* that *action* is about."""
    if isinstance(action, SetIssueAssignee | SetCaseAssignee):
        return thing.assignee.id if thing.assignee else None
    return thing.state if isinstance(thing, Issue) else thing.group


def _receipt(found: Case | Issue) -> str:
    return found.status if isinstance(found, Case) else found.state.value

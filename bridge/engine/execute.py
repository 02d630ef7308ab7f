"""Carries out the actions of a pass: many targets at once, each write on its own.

Every write ends in one committed step that holds both its receipt and the base it
moved, so that a crash between any two writes forgets and repeats nothing.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import structlog

from bridge.domain.actions import (
    Action,
    ListIssueOnCase,
    SetCaseAssignee,
    SetCaseStatus,
    SetIssueAssignee,
    SetIssueState,
)
from bridge.domain.assignee import named
from bridge.domain.model import Case, CaseId, Issue, IssueId, own_id, tracker_of
from bridge.domain.people import Identity
from bridge.engine.case_pass import Attempt, CasePass, Tried
from bridge.engine.means import Means
from bridge.engine.outbox import action_record
from bridge.engine.record import target_and_value
from bridge.ports.commits import ActionStatus, Commit
from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    PermanentError,
    TransientError,
)

log = structlog.get_logger(__name__)

STATUS_OF = {
    Tried.DONE: ActionStatus.DONE,
    Tried.LATER: ActionStatus.FAILED,
    Tried.REFUSED: ActionStatus.DEAD,
    Tried.GONE: ActionStatus.DEAD,
}

T = TypeVar("T")
C = TypeVar("C", Case, Issue)

BELIEVED_AFTER = 2
"""Tries after which a tracker that shows something else is believed."""

WRITES_AT_ONCE = 32
"""Targets that one pass writes to at once; the trackers' own limits hold besides."""


class Executor:
    """Writes to the trackers what a pass decided."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def carry_out(self, case_pass: CasePass) -> None:
        """Try every action of the plan once; how each ended is kept in *case_pass*."""
        room = asyncio.Semaphore(WRITES_AT_ONCE)
        by_target: dict[str, list[tuple[int, Action]]] = {}
        for n, action in enumerate(case_pass.plan.actions):
            by_target.setdefault(target_and_value(action)[0], []).append((n, action))

        async def one_after_the_other(actions: list[tuple[int, Action]]) -> None:
            async with room:
                for n, action in actions:
                    await self._try(case_pass, n, action)

        ends = await asyncio.gather(
            *map(one_after_the_other, by_target.values()), return_exceptions=True
        )
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _try(self, case_pass: CasePass, n: int, action: Action) -> None:
        attempt = await self._attempt(case_pass, n, action)
        case_pass.attempts.append(attempt)
        log.info(
            "action.tried",
            kind=type(action).__name__,
            tried=attempt.tried.value,
            **({"error": attempt.text} if attempt.error else {}),
        )
        await self._keep(case_pass, attempt)

    async def _attempt(self, case_pass: CasePass, n: int, action: Action) -> Attempt:
        try:
            if (
                self._means.clock.now() - case_pass.seen_at
                > self._means.options.stale_after
            ):
                await self._look_again(case_pass, action)
            found = await self._write(case_pass, action)
        except GoneError as exc:
            case_pass.mark_gone(action, str(exc))
            return Attempt(n, action, Tried.GONE, str(exc), exc)
        except PermanentError as exc:
            case_pass.refuse(action, str(exc))
            return Attempt(n, action, Tried.REFUSED, str(exc), exc)
        except (TransientError, ForbiddenError) as exc:
            return Attempt(n, action, Tried.LATER, str(exc), exc)
        case_pass.confirm(action, found, self._means.clock.now())
        return Attempt(n, action, Tried.DONE, _receipt(found))

    async def _write(self, case_pass: CasePass, action: Action) -> Case | Issue:
        match action:
            case SetIssueState(issue, state):
                tracker = self._means.roster.issue_tracker(issue)
                changed = await self._through(issue, tracker.set_state(issue, state))
                _check(case_pass, changed.state == state, issue, state, changed.state)
                return changed
            case SetIssueAssignee(issue, person, account):
                tracker = self._means.roster.issue_tracker(issue)
                call = tracker.set_assignee(issue, account)
                return _assigned(
                    case_pass, person, account, await self._through(issue, call)
                )
            case SetCaseStatus(case, group):
                cases = self._means.roster.case_tracker(case)
                moved = await self._through(case, cases.set_group(case, group))
                is_done = moved.group == group
                _check(case_pass, is_done, case, group.name, moved.group.name)
                return moved
            case SetCaseAssignee(case, person, account):
                cases = self._means.roster.case_tracker(case)
                write = cases.set_assignee(case, account)
                return _assigned(
                    case_pass, person, account, await self._through(case, write)
                )
            case ListIssueOnCase(case, issue):
                cases = self._means.roster.case_tracker(case)
                listing = cases.list_issue(case, case_pass.issues[issue])
                return await self._through(case, listing)

    async def _through(self, thing: CaseId | IssueId, call: Awaitable[T]) -> T:
        return await self._means.gate.through(tracker_of(thing), call)

    async def _look_again(self, case_pass: CasePass, action: Action) -> None:
        """Before a write that waited: raise when its target has changed meanwhile."""
        roster = self._means.roster
        now: Case | Issue
        before: Case | Issue
        match action:
            case SetIssueState(issue) | SetIssueAssignee(issue):
                reading = roster.issue_tracker(issue).get_issue(issue)
                now = await self._through(issue, reading)
                before = case_pass.issues[issue]
            case SetCaseStatus(case) | SetCaseAssignee(case) | ListIssueOnCase(case):
                asking = roster.case_tracker(case).get_case(own_id(case))
                now, before = await self._through(case, asking), case_pass.seen.case
        if _concerned(action, now) != _concerned(action, before):
            raise TransientError("somebody changed it meanwhile: decided anew")

    async def _keep(self, case_pass: CasePass, attempt: Attempt) -> None:
        record = action_record(
            case_pass.id,
            attempt.n,
            attempt.action,
            STATUS_OF[attempt.tried],
            receipt=attempt.text,
            at=self._means.clock.now(),
        )
        match attempt.action:
            case SetCaseStatus() | SetCaseAssignee():
                commit = Commit(actions=[record], cases=[case_pass.case])
            case (
                SetIssueState(issue)
                | SetIssueAssignee(issue)
                | ListIssueOnCase(_, issue)
            ):
                commit = Commit(actions=[record], links=[case_pass.links[issue]])
        await self._means.store.commit(commit)


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


def _concerned(action: Action, thing: Case | Issue) -> object:
    """The value of *thing* that *action* is about."""
    if isinstance(action, SetIssueAssignee | SetCaseAssignee):
        return thing.assignee.id if thing.assignee else None
    return thing.state if isinstance(thing, Issue) else thing.group


def _receipt(found: Case | Issue) -> str:
    return found.status if isinstance(found, Case) else found.state.value

"""Carries out the actions of a pass: many targets at once, each write on its own.

Every write ends in one committed step that holds both its receipt and the base it
moved, so that a crash between any two writes forgets and repeats nothing.
"""

import asyncio

import structlog

from bridge.domain.actions import (
    Action,
    ListIssueOnCase,
    SetCaseStatus,
    SetIssueState,
)
from bridge.domain.model import Case, Issue, own_id, tracker_of
from bridge.engine.case_pass import Attempt, CasePass, Tried
from bridge.engine.means import Means
from bridge.engine.outbox import action_record
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

WRITES_AT_ONCE = 32
"""Writes of one pass under way; the trackers' own limits hold besides."""


class Executor:
    """Writes to the trackers what a pass decided."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def carry_out(self, case_pass: CasePass) -> None:
        """Try every action of the plan once; how each ended is kept in *case_pass*."""
        room = asyncio.Semaphore(WRITES_AT_ONCE)

        async def one(n: int, action: Action) -> None:
            async with room:
                await self._try(case_pass, n, action)

        numbered = enumerate(case_pass.plan.actions)
        ends = await asyncio.gather(
            *(one(n, action) for n, action in numbered), return_exceptions=True
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
                call = tracker.set_state(issue, state)
                confirmed = await self._means.gate.through(tracker.name, call)
                _check(confirmed.state == state, issue, state, confirmed.state)
                return confirmed
            case SetCaseStatus(case, group):
                write = self._means.roster.case_tracker(case).set_group(case, group)
                found = await self._means.gate.through(tracker_of(case), write)
                _check(found.group == group, case, group.name, found.group.name)
                return found
            case ListIssueOnCase(case, issue):
                cases = self._means.roster.case_tracker(case)
                listing = cases.list_issue(case, case_pass.issues[issue])
                return await self._means.gate.through(cases.name, listing)

    async def _look_again(self, case_pass: CasePass, action: Action) -> None:
        """Before a write that waited: raise when its target has changed meanwhile."""
        match action:
            case SetIssueState(issue):
                now = await self._means.roster.issue_tracker(issue).get_issue(issue)
                is_same = now.state == case_pass.issues[issue].state
            case SetCaseStatus(case) | ListIssueOnCase(case):
                found = await self._means.roster.case_tracker(case).get_case(
                    own_id(case)
                )
                is_same = found.group == case_pass.seen.case.group
        if not is_same:
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
            case SetCaseStatus():
                commit = Commit(actions=[record], cases=[case_pass.case])
            case SetIssueState(issue) | ListIssueOnCase(_, issue):
                commit = Commit(actions=[record], links=[case_pass.links[issue]])
        await self._means.store.commit(commit)


def _check(is_done: bool, target: str, wanted: str, shown: str) -> None:  # noqa: FBT001
    if not is_done:
        raise TransientError(
            f"{target} was to become {wanted}; the tracker took it but shows {shown}"
        )


def _receipt(found: Case | Issue) -> str:
    return found.status if isinstance(found, Case) else found.state.value

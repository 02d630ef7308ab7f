"""Carries out the actions of a pass: many targets at once, each write on its own.

Every write ends in one committed step that holds both its receipt and the base it
moved, so that a crash between any two writes forgets and repeats nothing. Where there
is but one write, the end of the pass, which follows at once, is in the same step.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import structlog

from bridge.domain.actions import Action, ListIssueOnCase
from bridge.domain.comment_actions import CreateComment, DeleteComment, EditComment
from bridge.domain.model import CaseId, tracker_of
from bridge.engine.case_pass import Attempt, CasePass, Tried
from bridge.engine.comment_writes import CommentWrites
from bridge.engine.flips import Flips, OwnFlips, SharedFlips
from bridge.engine.gate import ParkedError
from bridge.engine.means import Means
from bridge.engine.outbox import action_record
from bridge.engine.record import kind_of, target_and_value
from bridge.engine.value_writes import ValueWrites
from bridge.engine.waits import DeferredWrite, Waits
from bridge.ports.commits import ActionRecord, ActionStatus, Commit
from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    PermanentError,
    TrackerError,
    TransientError,
)
from bridge.ports.measuring import Step, StepKind

log = structlog.get_logger(__name__)

STATUS_OF = {
    Tried.DONE: ActionStatus.DONE,
    Tried.LATER: ActionStatus.FAILED,
    Tried.REFUSED: ActionStatus.DEAD,
    Tried.GONE: ActionStatus.DEAD,
}

PARKED = "parked"
"""The result of a write that waits for an open circuit."""

WRITES_AT_ONCE = 32
"""Targets that one pass writes to at once; the trackers' own limits hold besides."""


class Writes(Protocol):
    """One way of writing, and what it leaves in the pass and in the store."""

    async def carry_out(self, case_pass: CasePass, action: Any) -> str:
        """Write; the receipt in a word. TrackerError."""
        ...

    def fail(self, case_pass: CasePass, action: Any, exc: TrackerError) -> None:
        """It failed for now."""
        ...

    def refuse(self, case_pass: CasePass, action: Any, why: str) -> None:
        """It was refused for good."""
        ...

    def mark_gone(self, case_pass: CasePass, action: Any, why: str) -> None:
        """What it was to be written to is gone."""
        ...

    def step(self, case_pass: CasePass, action: Any, record: ActionRecord) -> Commit:
        """What is committed after it."""
        ...


class Executor:
    """Writes to the trackers what a pass decided."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._values = ValueWrites(means)
        self._comments = CommentWrites(means)
        self.flips: Flips = SharedFlips(means.sharing) if means.sharing else OwnFlips()
        self._waits = Waits(means.backoff)

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

    def deferred(self, case_pass: CasePass) -> DeferredWrite | None:
        """The writes of *case_pass* that wait, if any do, and until when."""
        later = [a for a in case_pass.attempts if a.tried is Tried.LATER]
        if not later:
            return None
        now = self._means.clock.now()
        first = min(later, key=lambda each: self._until(each, now))
        assert first.error
        return DeferredWrite(first.error, self._until(first, now))

    def _until(self, attempt: Attempt, now: datetime) -> datetime:
        return self._waits.until(attempt.action, attempt.error, now)

    async def _try(self, case_pass: CasePass, n: int, action: Action) -> None:
        attempt = await self._attempt(case_pass, n, action)
        case_pass.attempts.append(attempt)
        if attempt.tried is Tried.DONE:
            await self._note_flip(case_pass, action)
        log.info(
            "action.tried",
            kind=type(action).__name__,
            tried=attempt.tried.value,
            **({"error": attempt.text} if attempt.error else {}),
        )
        await self._keep(case_pass, attempt)

    async def _note_flip(self, case_pass: CasePass, action: Action) -> None:
        """A value that is written again and again is fought over: pause the case."""
        if isinstance(action, CreateComment | DeleteComment | ListIssueOnCase):
            return
        limit = self._means.options.max_flips
        if await self.flips.note(action, self._means.clock.now()) > limit:
            what = f"{kind_of(action)} on {target_and_value(action)[0]}"
            why = f"more than {limit} writes in ten minutes: {what}"
            case_pass.case = replace(case_pass.case, paused=why)
            log.error("case.paused", case=case_pass.case.id, reason=why)

    async def _attempt(self, case_pass: CasePass, n: int, action: Action) -> Attempt:
        writes = self._writes(action)
        now = self._means.clock.now()
        if held := self._waits.held(action, now):
            return Attempt(n, action, Tried.LATER, str(held.error), held.error)
        try:
            receipt = await self._carry_out(case_pass, action)
        except GoneError as exc:
            writes.mark_gone(case_pass, action, str(exc))
            return Attempt(n, action, Tried.GONE, str(exc), exc)
        except PermanentError as exc:
            writes.refuse(case_pass, action, str(exc))
            return Attempt(n, action, Tried.REFUSED, str(exc), exc)
        except (TransientError, ForbiddenError) as exc:
            writes.fail(case_pass, action, exc)
            # What was not sent counts as no try: its circuit says when it may go out.
            if not isinstance(exc, ParkedError):
                self._waits.fail(action, exc, now)
            return Attempt(n, action, Tried.LATER, str(exc), exc)
        self._waits.over(action)
        return Attempt(n, action, Tried.DONE, receipt)

    async def _carry_out(self, case_pass: CasePass, action: Action) -> str:
        target, _ = target_and_value(action)
        case_pass.check_read(target)
        step = Step(StepKind.WRITE, tracker_of(CaseId(target)), kind_of(action))
        with self._means.measures.step(step) as course:
            try:
                receipt = await self._writes(action).carry_out(case_pass, action)
            except ParkedError:
                course.result = PARKED
                raise
            course.result = Tried.DONE
        return receipt

    def _writes(self, action: Action) -> Writes:
        if isinstance(action, CreateComment | EditComment | DeleteComment):
            return self._comments
        return self._values

    async def _keep(self, case_pass: CasePass, attempt: Attempt) -> None:
        record = action_record(
            case_pass.id,
            attempt.n,
            attempt.action,
            STATUS_OF[attempt.tried],
            receipt=attempt.text,
            at=self._means.clock.now(),
        )
        action = attempt.action
        step = self._writes(action).step(case_pass, action, record)
        if len(case_pass.plan.actions) == 1 and self._writes(action) is self._values:
            case_pass.last_step = step
        else:
            await self._means.store.commit(step)

"""One pass over one key: which kind of pass it is, and what happens when it fails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bridge.engine.decide import FAR
from bridge.engine.issue_work import IssueWork
from bridge.engine.means import Means
from bridge.ports.commits import Commit, Ending, WorkDone, WorkLater
from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    PermanentError,
    StoreUnavailable,
    TransientError,
    UnreadableRow,
)
from bridge.ports.records import CaseRecord, Job, Key, Outcome

log = structlog.get_logger(__name__)

STORE_PATIENCE = timedelta(seconds=1)
"""How long a pass waits for a store that is down."""

RESYNC_AT_ONCE = 100
"""Cases that one hint without an id makes the bridge look at."""


class CasePasses(Protocol):
    """Passes over linked cases: live ones, or dry ones."""

    async def run(self, job: Job, record: CaseRecord) -> datetime | None:
        """A due pass; when to run again."""
        ...

    async def look(self, job: Job, record: CaseRecord) -> datetime | None:
        """The timer's look; when to run a due pass, if one is needed."""
        ...


class Worker:
    """Runs passes for the schedule; nothing but a cancellation leaves it."""

    def __init__(self, means: Means, cases: CasePasses, issues: IssueWork) -> None:
        self._means = means
        self._cases = cases
        self._issues = issues
        self.ask_for_look: Callable[[Key], None] = lambda _: None

    async def run(self, key: Key) -> datetime | None:
        """A due pass over *key*; when it wants to run again."""
        with structlog.contextvars.bound_contextvars(key=key):
            try:
                job = await self._means.store.load(key)
                if not job.version:
                    return None
                if job.held_until and self._means.clock.now() < job.held_until:
                    return job.held_until
                return await self._guarded(job)
            except StoreUnavailable as exc:
                log.warning("store.failed", error=str(exc))
                return self._means.clock.now() + STORE_PATIENCE
            except UnreadableRow as exc:
                log.error("store.row_unreadable", error=str(exc))  # noqa: TRY400
                return self._means.clock.now() + self._means.options.retry_max

    async def look(self, key: Key) -> datetime | None:
        """The timer's look at *key*; when a due pass is wanted."""
        with structlog.contextvars.bound_contextvars(key=key):
            try:
                return await self._look(key)
            except StoreUnavailable as exc:
                log.warning("store.failed", error=str(exc))
            except Exception:
                log.exception("look.failed")
            return None

    async def _look(self, key: Key) -> datetime | None:
        job = await self._means.store.load(key)
        if job.version or job.case is None or not job.links:
            return None
        try:
            return await self._cases.look(job, job.case)
        except (TransientError, ForbiddenError) as exc:
            log.info("look.put_off", error=str(exc))
            later = self._means.clock.now() + self._means.options.poll_interval
            await self._means.store.commit(
                Commit(cases=[replace(job.case, next_look=later)])
            )
            return None

    async def _guarded(self, job: Job) -> datetime | None:
        try:
            return await self._pass(job)
        except TransientError as exc:
            return await self._put_off(job, str(exc), self._wait(job, exc))
        except ForbiddenError as exc:
            return await self._put_off(job, str(exc), self._means.options.probe)
        except (GoneError, PermanentError) as exc:
            return await self._end(job, Outcome.DEAD, str(exc))
        except StoreUnavailable:
            raise
        except Exception as exc:
            log.exception("pass.failed")
            why = f"a fault of the bridge: {type(exc).__name__}; see its log"
            return await self._put_off(job, why, self._wait(job, None))

    async def _pass(self, job: Job) -> datetime | None:
        if job.key.endswith(":*"):
            return await self._look_at_large(job)
        if job.case is None or not job.links:
            if not self._means.roster.is_case(job.key):
                return await self._issues.run(job)
            return await self._end(job, Outcome.IGNORED, "the case is not linked")
        if job.case.paused:
            return await self._end(job, Outcome.PARKED, job.case.paused)
        return await self._cases.run(job, job.case)

    async def _look_at_large(self, job: Job) -> datetime | None:
        """A hint without an id: look at the cases that waited longest for a look."""
        some_day = self._means.clock.now() + FAR
        cases = await self._means.store.looks_due(some_day, RESYNC_AT_ONCE)
        for case in cases:
            self.ask_for_look(Key(case))
        reason = f"no id in it: {len(cases)} cases are looked at again"
        return await self._end(job, Outcome.APPLIED, reason)

    async def _end(self, job: Job, outcome: Outcome, reason: str) -> datetime | None:
        ending = Ending(outcome, reason, self._means.clock.now(), None, job.events)
        done = WorkDone(job.key, job.version)
        await self._means.store.commit(Commit(endings=[ending], work=[done]))
        return None

    def _wait(self, job: Job, exc: TransientError | None) -> timedelta:
        wait = self._means.backoff(job.attempts + 1)
        asked = exc.retry_after if exc and exc.retry_after else 0.0
        return max(wait, timedelta(seconds=asked))

    async def _put_off(self, job: Job, why: str, wait: timedelta) -> datetime | None:
        """Back to the store with a due time; dead once the deadline is over."""
        now = self._means.clock.now()
        since = job.failing_since or now
        if now - since >= self._means.options.retry_for:
            log.error("pass.given_up", error=why)
            return await self._end(job, Outcome.DEAD, f"given up after retries: {why}")
        later = WorkLater(
            job.key, job.version, now + wait, job.attempts + 1, since, why, holds=True
        )
        await self._means.store.commit(Commit(work=[later]))
        log.warning("pass.put_off", error=why, attempts=job.attempts + 1)
        return later.at

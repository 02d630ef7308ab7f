"""One pass or look over one key: which kind of pass it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import CaseId, TrackerName, tracker_of
from bridge.engine.accounting import DUE, QUIET, fault, passing
from bridge.engine.broken_rows import BrokenRows
from bridge.engine.case_passes import CasePasses
from bridge.engine.circuits import Place
from bridge.engine.gate import ParkedError
from bridge.engine.giving_up import unreadable
from bridge.engine.issue_work import IssueWork
from bridge.engine.means import Means
from bridge.engine.setbacks import Setbacks
from bridge.engine.waits import DeferredWrite
from bridge.ports.commits import Commit
from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    PermanentError,
    StoreUnavailable,
    TrackerError,
    TransientError,
    UnreadableRow,
)
from bridge.ports.measuring import StepKind
from bridge.ports.records import ASKED, CaseRecord, Due, Job, Key, Outcome
from bridge.ports.sharing import LeaseLost

log = structlog.get_logger(__name__)

STORE_PATIENCE = timedelta(seconds=1)
"""How long a pass waits for a store that is down."""


class Worker:
    """Runs passes for the schedule; nothing leaves it but a cancellation, and LeaseLost
    where another process has the key by now."""

    def __init__(self, means: Means, cases: CasePasses, issues: IssueWork) -> None:
        self._means = means
        self._cases = cases
        self._issues = issues
        self._broken = BrokenRows(means)
        self._setbacks = Setbacks(means, issues)
        self.ask_for_round: Callable[[TrackerName], bool] = lambda _: False

    async def run(self, key: Key) -> datetime | None:
        """A due pass over *key*; when it wants to run again."""
        with structlog.contextvars.bound_contextvars(key=key):
            try:
                job = await self._means.store.load(key)
                if not job.version:
                    self._means.gate.circuits.unpark(key)
                    return None
                if job.held_until and self._means.now < job.held_until:
                    return job.held_until
                with passing(self._means.measures, job, StepKind.PASS):
                    return await self._guarded(job)
            except LeaseLost:
                raise
            except StoreUnavailable as exc:
                log.warning("store.failed", error=str(exc))
                return self._means.now + STORE_PATIENCE
            except UnreadableRow as exc:
                await self._broken.note(key, exc)
            except Exception:
                log.exception("pass.failed")
            return self._means.now + self._means.options.retry_max

    async def look(self, key: Key) -> datetime | None:
        """The timer's look at *key*; when a due pass is wanted."""
        if self._broken.puts_off(key):
            return None
        with structlog.contextvars.bound_contextvars(key=key):
            try:
                job = await self._means.store.load(key)
                if job.version or job.case is None or not job.links:
                    return None
                return await self._look(job, job.case)
            except LeaseLost:
                raise
            except UnreadableRow as exc:
                await self._broken.note(key, exc)
            except StoreUnavailable as exc:
                log.warning("store.failed", error=str(exc))
            except Exception:
                log.exception("look.failed")
            return None

    async def _look(self, job: Job, case: CaseRecord) -> datetime | None:
        """A look always moves the next one into the future, however it ends; one that
        somebody asked for and that fails is made up for by a pass."""
        again = self._means.now + self._means.options.poll_interval
        due: list[Due] = []
        try:
            if not case.paused:
                with passing(self._means.measures, job, StepKind.LOOK) as course:
                    wanted = await self._cases.look(job, case)
                    course.result = DUE if wanted else QUIET
                return wanted
        except (TransientError, ForbiddenError) as exc:
            log.debug("look.put_off", error=str(exc))
            if case.next_look == ASKED:
                due.append(Due(job.key, self._means.now))
        except (StoreUnavailable, LeaseLost):
            raise
        except (PermanentError, GoneError) as exc:
            log.warning("case.unreadable", error=str(exc))
            commit = unreadable(
                job, str(exc), self._means.now, again, self._means.new_id
            )
            await self._means.store.commit(commit)
            return None
        except Exception:
            log.exception("look.failed")
        later = replace(case, next_look=again)
        await self._means.store.commit(Commit(cases=[later], due=due))
        return due[0].at if due else None

    async def _guarded(self, job: Job) -> datetime | None:
        waits_for: Place | None = None
        try:
            return await self._pass(job)
        except (StoreUnavailable, LeaseLost):
            raise
        except TrackerError as exc:
            why_not = exc.error if isinstance(exc, DeferredWrite) else exc
            if isinstance(why_not, ParkedError):
                waits_for = why_not.place
            return await self._setbacks.after(job, exc)
        except Exception as exc:
            log.exception("pass.failed")
            fault()
            why = f"a fault of the bridge: {type(exc).__name__}; see its log"
            wait = self._means.backoff(job.attempts + 1)
            return await self._setbacks.put_off(job, why, wait)
        finally:
            self._means.gate.circuits.unpark(job.key, waits_for)

    async def _pass(self, job: Job) -> datetime | None:
        if job.key.endswith(":*"):
            return await self._look_at_large(job)
        if job.case is None or not job.links:
            if not self._means.roster.is_case(job.key):
                return await self._issues.run(job)
            return await self._setbacks.end(
                job, Outcome.IGNORED, "the case is not linked"
            )
        if job.case.paused:
            return await self._setbacks.end(job, Outcome.PARKED, job.case.paused)
        return await self._cases.run(job, job.case)

    async def _look_at_large(self, job: Job) -> datetime | None:
        """A hint without an id: one more round of looks, within the rate budget."""
        is_new = self.ask_for_round(tracker_of(CaseId(job.key)))
        reason = "no id in it: " + (
            "the cases that waited longest are looked at again"
            if is_new
            else "the round of looks for an earlier hint is not over yet"
        )
        return await self._setbacks.end(job, Outcome.APPLIED, reason)

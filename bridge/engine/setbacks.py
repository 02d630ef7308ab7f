"""What becomes of a key whose pass a tracker stopped: put off, parked, given up."""

from datetime import datetime, timedelta

import structlog

from bridge.engine.gate import ParkedError, long_pause_of
from bridge.engine.giving_up import given_up, unreadable
from bridge.engine.issue_work import IssueWork
from bridge.engine.means import Means
from bridge.engine.waits import DeferredWrite
from bridge.ports.commits import Commit, Ending, WorkDone, WorkLater
from bridge.ports.errors import ForbiddenError, TrackerError, TransientError
from bridge.ports.records import Job, Outcome

log = structlog.get_logger(__name__)


class Setbacks:
    """Keeps in the store how a pass left its key; each tells when it is to run again,
    if it is."""

    def __init__(self, means: Means, issues: IssueWork) -> None:
        self._means = means
        self._issues = issues

    async def after(self, job: Job, exc: TrackerError) -> datetime | None:
        """What becomes of a key whose pass a tracker stopped."""
        match exc:
            case DeferredWrite():
                return await self._defer(job, exc)
            case ParkedError():
                return await self._park(job, exc)
            case TransientError():
                asked = long_pause_of(exc)
                wait = self._means.wait_after(exc, job.attempts + 1)
                return await self.put_off(job, str(exc), wait, asked)
            case ForbiddenError():
                return await self.put_off(job, str(exc), self._means.options.probe)
            case _:
                return await self._refuse(job, str(exc))

    async def _defer(self, job: Job, exc: DeferredWrite) -> datetime | None:
        """Some writes wait; whatever else comes for the key goes on."""
        if isinstance(error := exc.error, ParkedError):
            return await self._park(job, error, holds=False)
        wait = max(exc.until - self._means.now, timedelta())
        asked = long_pause_of(exc.error)
        return await self.put_off(job, str(exc), wait, asked, holds=False)

    async def _refuse(self, job: Job, why: str) -> datetime | None:
        """What the key is about cannot be read, for good."""
        if job.case is None:
            return await self.end(job, Outcome.DEAD, why)
        log.warning("case.unreadable", error=why)
        again = self._means.now + self._means.options.poll_interval
        commit = unreadable(job, why, self._means.now, again, self._means.new_id)
        await self._means.store.commit(commit)
        return None

    async def put_off(
        self,
        job: Job,
        why: str,
        wait: timedelta,
        asked: timedelta = timedelta(),
        *,
        holds: bool = True,
    ) -> datetime | None:
        """Back to the store with a due time; dead once the deadline is over. A pause
        that the tracker *asked* for moves it on. A key that *holds* waits although new
        deliveries come: nothing of it could be read.
        """
        now = self._means.now
        since = min(job.failing_since or now, now) + asked
        if now - since >= self._means.options.retry_for:
            log.error("pass.given_up", error=why)
            fresh = await self._means.store.load(job.key)
            text = f"given up after retries: {why}"
            if fresh.case is None and not self._means.roster.is_case(job.key):
                return await self._issues.give_up(fresh, text)
            commit = given_up(fresh, text, now, self._means.new_id)
            await self._means.store.commit(commit)
            return None
        later = WorkLater(
            job.key, job.version, now + wait, job.attempts + 1, since, why, holds=holds
        )
        await self._means.store.commit(Commit(work=[later]))
        # A tracker that is down for a night would fill the log with the same line.
        tell = log.debug if job.attempts else log.warning
        tell("pass.put_off", error=why, attempts=job.attempts + 1)
        return later.at

    async def _park(
        self, job: Job, exc: ParkedError, *, holds: bool = True
    ) -> datetime:
        """Wait for an open circuit; all that waits is taken up when it closes."""
        circuits, now = self._means.gate.circuits, self._means.now
        circuits.park(exc.place, job.key)
        spread = self._means.rng.uniform(0, self._means.options.probe.total_seconds())
        until = exc.until + timedelta(seconds=spread)
        if exc.place not in circuits.open:
            until = max(now, exc.until)
        later = WorkLater(
            job.key, job.version, until, job.attempts, None, str(exc), holds=holds
        )
        ending = Ending(Outcome.PARKED, str(exc), now, None, job.events)
        await self._means.store.commit(Commit(work=[later], endings=[ending]))
        return until

    async def end(self, job: Job, outcome: Outcome, reason: str) -> datetime | None:
        """The key is done with, and so are its events."""
        ending = Ending(outcome, reason, self._means.now, None, job.events)
        done = WorkDone(job.key, job.version)
        await self._means.store.commit(Commit(endings=[ending], work=[done]))
        return None

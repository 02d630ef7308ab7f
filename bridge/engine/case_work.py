"""The pass over a linked case: look, decide, keep the decision, write, end the events.

The decision is committed before the first write, each write with the base it moved,
and the end, together with an only write, with everything that waits for it: a crash
between any two of these leaves a base from which the next pass goes on.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import CaseId, tracker_of
from bridge.engine.adoption import Adopter
from bridge.engine.case_begin import (
    begun,
    changed_links,
    links_to_keep,
    news_of_comments,
    unlike_before,
)
from bridge.engine.case_looks import CaseLooks
from bridge.engine.case_pass import CasePass
from bridge.engine.decide import Decider, Decision
from bridge.engine.endings import dead_letters, healed, outcome_of
from bridge.engine.execute import Executor
from bridge.engine.following import Following
from bridge.engine.means import Means
from bridge.engine.native import NativePatience
from bridge.engine.observe import Observation, observe
from bridge.engine.outbox import action_records, pass_id_for, pass_record
from bridge.engine.waits import DeferredWrite
from bridge.ports.commits import (
    Commit,
    Ending,
    NewEvent,
    WorkDone,
    WorkLater,
)
from bridge.ports.errors import TransientError
from bridge.ports.records import CaseRecord, Cause, Job, Key, Outcome

log = structlog.get_logger(__name__)


class CaseWork:
    """Passes over cases with links, live."""

    def __init__(
        self, means: Means, decider: Decider, executor: Executor, adopter: Adopter
    ) -> None:
        self._means = means
        self._decider = decider
        self._executor = executor
        self._adopter = adopter
        self._patience = NativePatience()
        self._following = Following(means, adopter)
        self._looks = CaseLooks(means, decider, adopter, self._following)

    async def look(self, job: Job, record: CaseRecord) -> datetime | None:
        """The timer's look; when to run a due pass, if one is needed."""
        return await self._looks.look(job, record)

    async def run(self, job: Job, record: CaseRecord) -> datetime | None:
        """One pass; when to run again, if so. Errors of reading are raised, errors of
        writing are raised once everything else is kept."""
        now = self._means.clock.now()
        observation = await observe(self._means.roster, self._means.gate, record, job)
        if observation.snapshot is None:
            await self._mark_gone(job, record, observation)
            return None
        followed = await self._following.follow(job, observation)
        if isinstance(followed, datetime):
            return followed
        observation = followed
        assert observation.snapshot
        if await self._adopter.listed(observation.snapshot):
            return now
        decision = await self._decider.decide(job, observation, now)
        until = self._patience.until(decision, now, self._means.options.settle)
        if until is not None:
            why = "the tracker may settle this pair by itself"
            later = WorkLater(job.key, job.version, until, reason=why)
            await self._means.store.commit(Commit(work=[later]))
            return until
        case_pass = begun(
            pass_id_for(job, decision.plan, self._means.new_id),
            job,
            record,
            decision,
            observation,
            now=now,
        )
        events = job.events
        if decision.is_news:
            events = await self._keep_decision(case_pass, decision)
        await self._executor.carry_out(case_pass)
        return await self._finish(case_pass, decision, events, observation)

    async def _keep_decision(
        self, case_pass: CasePass, decision: Decision
    ) -> tuple[str, ...]:
        """Commit pass, outbox and base; the events that this pass answers."""
        job = case_pass.job
        own = () if job.events else (self._own_event(job.key),)
        events = job.events or tuple(event.id for event in own)
        at = case_pass.seen_at
        record = pass_record(case_pass.id, job, decision, at, events=events)
        await self._means.store.commit(
            Commit(
                passes=[record],
                actions=action_records(case_pass.id, decision.plan),
                links=changed_links(case_pass),
                cases=[case_pass.case],
                comments=news_of_comments(decision, case_pass.case),
                events=own,
            )
        )
        self._tell_left_out(decision)
        log.info("pass.decided", actions=len(decision.plan.actions))
        return events

    def _own_event(self, key: Key) -> NewEvent:
        return NewEvent(
            id=self._means.new_id(),
            tracker=tracker_of(CaseId(key)),
            key=key,
            cause=Cause.POLL,
            kind="look",
            at=self._means.clock.now(),
        )

    async def _finish(
        self,
        case_pass: CasePass,
        decision: Decision,
        events: tuple[str, ...],
        observation: Observation,
    ) -> datetime | None:
        job = case_pass.job
        seen = unlike_before(self._means, observation)
        later = self._executor.deferred(case_pass)
        if later is None and observation.problem and not decision.is_news:
            later = self._deferred_look(job, observation.problem)
        now = self._means.clock.now()
        next_look = self._decider.next_look(case_pass.case.id, job.links, now)
        case_pass.case = replace(case_pass.case, next_look=next_look)
        endings: list[Ending] = []
        is_settled = decision.look_again is None or decision.is_news
        if later is None and is_settled:
            outcome, reason = outcome_of(case_pass)
            pass_id = case_pass.id if decision.is_news else None
            if pass_id is None and job.open_pass:
                pass_id = job.open_pass.id
            endings.append(Ending(outcome, reason, now, pass_id, events))
            log.info("pass.ended", outcome=outcome.value, reason=reason)
        work = self._work(job, decision, observation)
        comments = (
            [] if decision.is_news else news_of_comments(decision, case_pass.case)
        )
        await self._means.store.commit(
            Commit(
                actions=case_pass.last_step.actions,
                links=links_to_keep(case_pass),
                cases=[case_pass.case],
                endings=endings,
                dead=dead_letters(case_pass, self._means.new_id),
                healed=healed(case_pass, record=case_pass.job.case),
                work=[] if later else [work],
                comments=comments,
                sightings=seen,
            )
        )
        self._means.noticing.kept(seen)
        if not decision.is_news:
            self._tell_left_out(decision)
        if later is not None:
            raise later
        return work.at if isinstance(work, WorkLater) else None

    def _tell_left_out(self, decision: Decision) -> None:
        """Count the comments that stay where they are, once they are kept as seen."""
        left_out = decision.comments.left_out if decision.comments else {}
        for tracker, count in left_out.items():
            self._decider.comments.skipped[tracker] += count
            self._means.measures.left_out(tracker, count)
            log.info("comments.not_copied", tracker=tracker, comments=count)

    def _deferred_look(self, job: Job, problem: TransientError) -> DeferredWrite:
        """What came may be about the issue that was not read: it waits for that."""
        asked = timedelta(seconds=problem.retry_after or 0.0)
        wait = max(self._means.backoff(job.attempts + 1), asked)
        return DeferredWrite(problem, self._means.clock.now() + wait)

    def _work(
        self, job: Job, decision: Decision, observation: Observation
    ) -> WorkDone | WorkLater:
        """Whether the key is to be looked at again: for a value that is not believed
        yet, or for an issue, people or comments that could not be read, which hold
        nothing else up."""
        again = decision.look_again
        problem = observation.problem or decision.problem
        if problem is not None:
            return WorkLater(
                job.key,
                job.version,
                self._means.clock.now() + self._means.backoff(job.attempts + 1),
                job.attempts + 1,
                job.failing_since or self._means.clock.now(),
                str(problem),
            )
        if again is None:
            return WorkDone(job.key, job.version)
        return WorkLater(job.key, job.version, again, reason="a value is not believed")

    async def _mark_gone(
        self, job: Job, record: CaseRecord, observation: Observation
    ) -> None:
        now = self._means.clock.now()
        why = observation.case_gone
        ending = Ending(Outcome.IGNORED, why, now, None, job.events)
        again = self._decider.far_look(record.id, job.links, now)
        marked = replace(record, gone=why, next_look=again)
        await self._means.store.commit(
            Commit(
                cases=[marked],
                endings=[ending],
                work=[WorkDone(job.key, job.version)],
            )
        )
        log.warning("case.gone", reason=why)

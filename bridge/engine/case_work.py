"""The pass over a linked case: look, decide, keep the decision, write, end the events.

The decision is committed before the first write, each write with the base it moved,
and the end with everything that waits for it: a crash between any two of these leaves
a base from which the next pass goes on.
"""

from dataclasses import replace
from datetime import datetime

import structlog

from bridge.domain.advance import advance
from bridge.domain.model import CaseId, tracker_of
from bridge.engine.adoption import Adopter
from bridge.engine.case_pass import CasePass, Tried, shown_case
from bridge.engine.decide import Decider, Decision
from bridge.engine.endings import dead_letters, outcome_of
from bridge.engine.execute import Executor
from bridge.engine.means import Means
from bridge.engine.native import NativePatience
from bridge.engine.observe import Observation, observe
from bridge.engine.outbox import action_records, pass_record
from bridge.ports.commits import (
    CommentsKnown,
    Commit,
    Ending,
    NewEvent,
    WorkDone,
    WorkLater,
)
from bridge.ports.records import CaseRecord, Cause, Due, Job, Key, Link, Outcome
from bridge.ports.sightings import Sighting

log = structlog.get_logger(__name__)

GONE_PATIENCE = 10
"""A case that is gone is looked at this many times less often."""

LINKED = "linked"
"""What rules led to for an issue that has a case: nothing more."""


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

    async def run(self, job: Job, record: CaseRecord) -> datetime | None:
        """One pass; when to run again, if so. Errors of reading are raised, errors of
        writing are raised once everything else is kept."""
        now = self._means.clock.now()
        observation = await observe(self._means.roster, self._means.gate, record, job)
        if observation.snapshot is None:
            await self._mark_gone(job, record, observation)
            return None
        if await self._adopter.listed(observation.snapshot):
            return now
        decision = await self._decider.decide(job, observation.snapshot, now)
        until = self._patience.until(decision, now, self._means.options.settle)
        if until is not None:
            why = "the tracker may settle this pair by itself"
            later = WorkLater(job.key, job.version, until, reason=why)
            await self._means.store.commit(Commit(work=[later]))
            return until
        case_pass = CasePass(
            self._means.new_id(),
            job,
            now,
            decision.seen,
            decision.plan,
            record,
            {link.issue: link for link in job.links},
        )
        if decision.comments:
            case_pass.copies.update(decision.comments.plan.base.copies)
        decided = advance(job.base, decision.seen, decision.plan, now, decision.policy)
        case_pass.take_over(decided, observation)
        events = job.events
        if decision.is_news:
            events = await self._keep_decision(case_pass, decision)
        await self._executor.carry_out(case_pass)
        return await self._finish(case_pass, decision, events, observation)

    async def look(self, job: Job, record: CaseRecord) -> datetime | None:
        """The timer's look: makes the case due when there is news, else notes the
        next look only."""
        now = self._means.clock.now()
        observation = await observe(self._means.roster, self._means.gate, record, job)
        seen_record = record
        if observation.snapshot is not None:
            seen_record = shown_case(record, observation.snapshot.case)
            if await self._adopter.listed(observation.snapshot):
                return now
        later = replace(seen_record, next_look=self._next_look(job, record))
        if await self._has_news(job, record, observation):
            due = Due(job.key, now)
            unseen = replace(record, next_look=later.next_look)
            await self._means.store.commit(Commit(cases=[unseen], due=[due]))
            return now
        seen = self._unlike_before(observation)
        await self._means.store.commit(Commit(cases=[later], sightings=seen))
        self._means.noticing.kept(seen)
        return None

    async def _has_news(
        self, job: Job, record: CaseRecord, observation: Observation
    ) -> bool:
        """True when a pass over what was observed would change anything."""
        if observation.snapshot is None:
            return not record.gone
        gone = {link.issue for link in job.links if link.gone}
        if record.gone or gone != set(observation.gone):
            return True
        now = self._means.clock.now()
        decision = await self._decider.decide(job, observation.snapshot, now)
        return decision.is_news or bool(_news_of_comments(decision))

    async def _keep_decision(
        self, case_pass: CasePass, decision: Decision
    ) -> tuple[str, ...]:
        """Commit pass, outbox and base; the events that this pass answers."""
        job = case_pass.job
        own = () if job.events else (self._own_event(job.key),)
        await self._means.store.commit(
            Commit(
                passes=[pass_record(case_pass.id, job, decision, case_pass.seen_at)],
                actions=action_records(case_pass.id, decision.plan),
                links=_changed_links(case_pass),
                cases=[case_pass.case],
                comments=_news_of_comments(decision),
                events=own,
            )
        )
        log.info("pass.decided", actions=len(decision.plan.actions))
        return job.events or tuple(event.id for event in own)

    def _own_event(self, key: Key) -> NewEvent:
        return NewEvent(
            id=self._means.new_id(),
            tracker=tracker_of(CaseId(key)),
            key=key,
            cause=Cause.POLL,
            kind="look",
            at=self._means.clock.now(),
        )

    def _unlike_before(self, observation: Observation) -> list[Sighting]:
        """The issues that rules might judge otherwise than when they were last kept."""
        snapshot, unread = observation.snapshot, observation.unreadable
        read = [i for i in (snapshot.issues if snapshot else ()) if i.id not in unread]
        return self._means.noticing.news(read, self._means.clock.now(), LINKED)

    async def _finish(
        self,
        case_pass: CasePass,
        decision: Decision,
        events: tuple[str, ...],
        observation: Observation,
    ) -> datetime | None:
        job = case_pass.job
        seen = self._unlike_before(observation)
        later = next((a for a in case_pass.attempts if a.tried is Tried.LATER), None)
        next_look = self._next_look(job, case_pass.case)
        case_pass.case = replace(case_pass.case, next_look=next_look)
        endings: list[Ending] = []
        is_settled = decision.look_again is None or decision.is_news
        if later is None and is_settled:
            outcome, reason = outcome_of(case_pass)
            pass_id = case_pass.id if decision.is_news else None
            now = self._means.clock.now()
            endings.append(Ending(outcome, reason, now, pass_id, events))
            log.info("pass.ended", outcome=outcome.value, reason=reason)
        work = self._work(job, decision)
        await self._means.store.commit(
            Commit(
                links=_changed_links(case_pass),
                cases=[case_pass.case],
                endings=endings,
                dead=dead_letters(case_pass, self._means.new_id),
                work=[] if later else [work],
                comments=[] if decision.is_news else _news_of_comments(decision),
                sightings=seen,
            )
        )
        self._means.noticing.kept(seen)
        if later is not None:
            assert later.error is not None
            raise later.error
        return work.at if isinstance(work, WorkLater) else None

    def _work(self, job: Job, decision: Decision) -> WorkDone | WorkLater:
        """Whether the key is to be looked at again: for a value that is not believed
        yet, or for comments that could not be read, which hold nothing else up."""
        again = decision.look_again
        problem = decision.comments.problem if decision.comments else None
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
        patience = (self._next_look(job, record) - now) * GONE_PATIENCE
        ending = Ending(Outcome.IGNORED, why, now, None, job.events)
        marked = replace(record, gone=why, next_look=now + patience)
        await self._means.store.commit(
            Commit(
                cases=[marked],
                endings=[ending],
                work=[WorkDone(job.key, job.version)],
            )
        )
        log.warning("case.gone", reason=why)

    def _next_look(self, job: Job, record: CaseRecord) -> datetime:
        issues = (link.issue for link in job.links)
        return self._decider.next_look(record.id, issues, self._means.clock.now())


def _news_of_comments(decision: Decision) -> list[CommentsKnown]:
    """What the look at the comments found out."""
    look = decision.comments
    if look is None:
        return []
    news = look.plan.base.since(look.known)
    if not (news.originals or news.copies or news.looks):
        return []
    return [CommentsKnown(decision.seen.case.id, news)]


def _changed_links(case_pass: CasePass) -> list[Link]:
    before = {link.issue: link for link in case_pass.job.links}
    return [
        link for issue, link in case_pass.links.items() if link is not before[issue]
    ]

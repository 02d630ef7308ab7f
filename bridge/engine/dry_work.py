"""The pass over a linked case in a dry run: real reads, and what *would* be written.

The base is not moved and nothing is sent. The timer tells of one decision once.
"""

from dataclasses import replace
from datetime import datetime

from bridge.domain.actions import Plan
from bridge.domain.model import CaseId, tracker_of
from bridge.engine.case_pass import shown_case
from bridge.engine.decide import Decider, Decision
from bridge.engine.following import staying
from bridge.engine.means import Means
from bridge.engine.observe import observe
from bridge.engine.outbox import action_records, pass_record
from bridge.ports.commits import (
    ActionStatus,
    Commit,
    Ending,
    NewEvent,
    WorkDone,
    WorkLater,
)
from bridge.ports.records import CaseRecord, Cause, Job, Key, Outcome


class DryWork:
    """Passes over cases with links, without effect."""

    def __init__(self, means: Means, decider: Decider) -> None:
        self._means = means
        self._decider = decider
        self._told: dict[CaseId, Plan] = {}

    async def run(self, job: Job, record: CaseRecord) -> datetime | None:
        """One pass that records what would be written, for the events of *job*."""
        return await self._tell(job, record)

    async def look(self, job: Job, record: CaseRecord) -> datetime | None:
        """The timer's look."""
        await self._tell(job, record)
        return None

    async def _tell(self, job: Job, record: CaseRecord) -> datetime | None:
        now = self._means.clock.now()
        observation = await observe(self._means.roster, self._means.gate, record, job)
        next_look = self._decider.next_look(record.id, job.links, now)
        record = replace(record, next_look=next_look)
        if observation.snapshot is None:
            ending = Ending(
                Outcome.IGNORED, observation.case_gone, now, None, job.events
            )
            await self._means.store.commit(
                Commit(cases=[record], endings=[ending], work=_work(job, None))
            )
            return None
        observation = staying(job, observation)
        assert observation.snapshot
        decision = await self._decider.decide(job, observation, now)
        if observation.problem and not decision.is_news:
            raise observation.problem
        shown = shown_case(record, observation.snapshot.case)
        await self._means.store.commit(self._account(job, shown, decision, now))
        return decision.look_again

    def _account(
        self, job: Job, record: CaseRecord, decision: Decision, now: datetime
    ) -> Commit:
        is_told = self._told.get(record.id) == decision.plan
        self._told[record.id] = decision.plan
        again = decision.look_again
        if not job.events and (is_told or not decision.is_news):
            return Commit(cases=[record], work=_work(job, again))
        own = () if job.events else (self._own_event(record, now),)
        events = job.events or tuple(event.id for event in own)
        pass_id = self._means.new_id()
        return Commit(
            passes=[
                pass_record(pass_id, job, decision, now, events=events, is_dry=True)
            ],
            actions=action_records(pass_id, decision.plan, ActionStatus.WOULD),
            cases=[record],
            events=own,
            endings=[Ending(Outcome.NO_OP, _told(decision.plan), now, pass_id, events)],
            work=_work(job, again),
        )

    def _own_event(self, record: CaseRecord, now: datetime) -> NewEvent:
        key, tracker = Key(record.id), tracker_of(record.id)
        return NewEvent(self._means.new_id(), tracker, key, Cause.POLL, "look", now)


def _work(job: Job, again: datetime | None) -> list[WorkDone | WorkLater]:
    if not job.version:
        return []
    if again is not None:
        return [WorkLater(job.key, job.version, again)]
    return [WorkDone(job.key, job.version)]


def _told(plan: Plan) -> str:
    if not plan.actions:
        return "dry run: nothing would be written"
    would = "write" if len(plan.actions) == 1 else "writes"
    return f"dry run: {len(plan.actions)} {would} would be carried out"

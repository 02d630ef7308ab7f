"""The timer's look at a linked case: makes it due when a pass would change anything."""

from dataclasses import replace
from datetime import datetime

from bridge.engine.adoption import Adopter
from bridge.engine.case_begin import begun, differs, news_of_comments, unlike_before
from bridge.engine.case_pass import shown_case
from bridge.engine.decide import Decider
from bridge.engine.following import Following, known_departures, without
from bridge.engine.means import Means
from bridge.engine.observe import Observation, observe
from bridge.ports.commits import Commit
from bridge.ports.records import CaseRecord, Due, Job


class CaseLooks:
    """Looks by the timer."""

    def __init__(
        self, means: Means, decider: Decider, adopter: Adopter, following: Following
    ) -> None:
        self._means = means
        self._decider = decider
        self._adopter = adopter
        self._following = following

    async def look(self, job: Job, record: CaseRecord) -> datetime | None:
        """The timer's look: makes the case due when there is news, else notes the
        next look only."""
        now = self._means.clock.now()
        observation = await observe(self._means.roster, self._means.gate, record, job)
        if observation.snapshot is None:
            at = self._decider.far_look(record.id, job.links, now)
            later = replace(record, next_look=at)
        else:
            if await self._adopter.listed(observation.snapshot):
                return now
            at = self._decider.next_look(record.id, job.links, now)
            shown = shown_case(record, observation.snapshot.case)
            later = replace(shown, next_look=at)
        if await self._has_news(job, record, observation):
            due = Due(job.key, now)
            unseen = replace(record, next_look=at)
            await self._means.store.commit(Commit(cases=[unseen], due=[due]))
            return now
        seen = unlike_before(self._means, observation)
        await self._means.store.commit(Commit(cases=[later], sightings=seen))
        self._means.noticing.kept(seen)
        return None

    async def _has_news(
        self, job: Job, record: CaseRecord, observation: Observation
    ) -> bool:
        """True when a pass over what was observed would change anything."""
        if observation.snapshot is None:
            return not record.gone
        if self._following.has_news(job, observation):
            return True
        observation = without(observation, known_departures(job, observation))
        assert observation.snapshot
        now = self._means.clock.now()
        decision = await self._decider.decide(job, observation, now)
        if decision.is_news or news_of_comments(decision, record):
            return True
        after = begun(self._means.new_id(), job, record, decision, observation, now=now)
        return differs(after, record)

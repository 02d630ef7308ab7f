"""How a pass over an issue without a case ends, and what is kept of it."""

from datetime import datetime, timedelta

import structlog

from bridge.domain.model import Issue, IssueId
from bridge.domain.routing import Rule
from bridge.engine.creator import Creator
from bridge.engine.giving_up import stuck
from bridge.engine.means import Means
from bridge.ports.commits import Commit, Ending, WorkDone, WorkLater
from bridge.ports.creations import HELD_BACK, Creation, Limit
from bridge.ports.records import Job, Outcome
from bridge.ports.sightings import Sighting, sighting_of

log = structlog.get_logger(__name__)

LIVE_PATIENCE = timedelta(minutes=5)
"""How soon after the start of a live run what a dry one held back goes on."""


class IssueEnds:
    """Ends of passes over issues that have no case here."""

    def __init__(self, means: Means, creator: Creator) -> None:
        self._means = means
        self._creator = creator

    async def wait_for_live(self, job: Job) -> datetime:
        """A dry run creates nothing, also not what a live one had begun."""
        at = self._now + LIVE_PATIENCE
        why = "dry run: its case waits for a live run"
        later = WorkLater(job.key, job.version, at, reason=why, holds=True)
        await self._means.store.commit(Commit(work=[later]))
        return at

    async def hold_back(
        self, job: Job, issue: Issue, rule: Rule, limit: Limit, until: datetime
    ) -> datetime:
        """Not before *until*: the rule has made as many cases as it may."""
        made = f"{limit.cases} case" + ("" if limit.cases == 1 else "s")
        why = f"{HELD_BACK}rule {rule.name!r} has made {made} in this hour"
        log.warning("case.held_back", rule=rule.name, until=until.isoformat())
        await self._means.store.commit(
            Commit(
                endings=[Ending(Outcome.PARKED, why, self._now, None, job.events)],
                sightings=[sighting_of(issue, self._now)],
                work=[WorkLater(job.key, job.version, until, reason=why, holds=True)],
            )
        )
        return until

    async def refuse(self, job: Job, creation: Creation, why: str) -> datetime | None:
        """Its case was refused for good: dead, until an operator decides."""
        await self.keep_stuck(job, creation, why)
        ended = await self.ignore(job, why, outcome=Outcome.DEAD)
        self._creator.refuse(creation.issue, why)
        return ended

    async def keep_stuck(self, job: Job, creation: Creation, why: str) -> None:
        """An operator decides by the dead letter whether it is tried again."""
        commit = stuck(job, creation, why, self._now, self._means.new_id())
        await self._means.store.commit(commit)

    async def park(self, job: Job, why: str) -> datetime | None:
        """Until an operator decides; whoever asked for the case is told at once."""
        parked = await self.ignore(job, why, outcome=Outcome.PARKED)
        self._creator.refuse(IssueId(job.key), why)
        return parked

    async def ignore(
        self,
        job: Job,
        why: str,
        sighting: Sighting | None = None,
        *,
        outcome: Outcome = Outcome.IGNORED,
    ) -> datetime | None:
        """Nothing is to be done, and *why*; what was seen of the issue is kept."""
        ending = Ending(outcome, why, self._now, None, job.events)
        await self._means.store.commit(
            Commit(
                endings=[ending],
                work=[WorkDone(job.key, job.version)],
                sightings=[sighting] if sighting else [],
            )
        )
        return None

    @property
    def _now(self) -> datetime:
        return self._means.clock.now()

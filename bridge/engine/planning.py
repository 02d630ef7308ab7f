"""What the bridge would do now for cases, told and not done."""

import asyncio
from collections.abc import Sequence
from typing import Any

from bridge.domain.model import CaseId
from bridge.engine.decide import Decider
from bridge.engine.following import staying
from bridge.engine.means import Means
from bridge.engine.observe import observe
from bridge.engine.record import plan_view
from bridge.engine.views import time_view
from bridge.ports.errors import DeskError, NotFound, TrackerError
from bridge.ports.records import Key

Json = dict[str, Any]

AT_ONCE = 8
"""Cases that are read at the same time."""


class Planner:
    """Plans for people who ask; the passes plan for themselves, by the same decider."""

    def __init__(self, means: Means, decider: Decider) -> None:
        self._means = means
        self._decider = decider

    async def plan(self, key: Key, thing: str) -> Json:
        """The plan for the case of *key*, which a person called *thing*; NotFound,
        TrackerError."""
        job = await self._means.store.load(key)
        if job.case is None or not job.links:
            raise NotFound(f"{thing} is not linked")
        roster, gate = self._means.roster, self._means.gate
        observation = await observe(roster, gate, job.case, job)
        if observation.snapshot is None:
            raise NotFound(observation.case_gone)
        observation = staying(job, observation)
        assert observation.snapshot
        now = self._means.clock.now()
        decision = await self._decider.decide(job, observation, now)
        view = plan_view(decision.base, decision.seen, decision.plan)
        view["notes"] += observation.notes
        view["notes"] += [f"{i}: {why}" for i, why in observation.gone.items()]
        return {
            "case": job.case.id,
            "case_key": job.case.key,
            "due": bool(job.version),
            "doubtful_until": time_view(decision.look_again),
            **view,
        }

    async def plans(self, cases: Sequence[CaseId]) -> list[Json]:
        """The plans for several cases, in their order; one that cannot be told has its
        *problem* instead."""
        room = asyncio.Semaphore(AT_ONCE)

        async def planned(case: CaseId) -> Json:
            async with room:
                try:
                    return {**await self.plan(Key(case), case), "problem": None}
                except (DeskError, TrackerError) as exc:
                    return {"case": case, "actions": [], "problem": str(exc)}

        return await asyncio.gather(*map(planned, cases))

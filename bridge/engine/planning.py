"""What the bridge would do now for cases, told and not done."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from bridge.domain.model import CaseId
from bridge.engine.cursors import PLANS
from bridge.engine.decide import Decider
from bridge.engine.following import staying
from bridge.engine.means import Means
from bridge.engine.observe import observe
from bridge.engine.record import plan_view
from bridge.engine.views import page, time_view
from bridge.ports.errors import DeskError, NotFound, TrackerError
from bridge.ports.records import Key

Json = dict[str, Any]

AT_ONCE = 8
"""Cases that are read at the same time."""

MOST_PLANS = 100
"""Cases whose plans are told in one answer."""


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

    async def plans(
        self, cases: Iterable[CaseId], cursor: str | None, limit: int
    ) -> Json:
        """A page of plans for *cases*, in the order of their ids."""
        ids = sorted(set(cases))
        start = bisect_right(ids, PLANS.read(cursor))
        some = ids[start : start + min(limit, MOST_PLANS)]
        more = some[-1] if some and some[-1] != ids[-1] else None
        return page(await self._each(some), PLANS.after(more))

    async def _each(self, cases: Sequence[CaseId]) -> list[Json]:
        """Their plans in their order; one that cannot be told has its *problem*
        instead."""
        room = asyncio.Semaphore(AT_ONCE)

        async def planned(case: CaseId) -> Json:
            async with room:
                try:
                    return {**await self.plan(Key(case), case), "problem": None}
                except (DeskError, TrackerError) as exc:
                    return {"case": case, "actions": [], "problem": str(exc)}

        return await asyncio.gather(*map(planned, cases))

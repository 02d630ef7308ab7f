"""How the bridge and its trackers are, as one JSON value: what waits, and why."""

from typing import Any

from bridge.engine.alerts import alerts_of
from bridge.engine.decide import Decider
from bridge.engine.means import Means
from bridge.engine.receiving import receiver_views
from bridge.engine.schedule import Schedule
from bridge.engine.views import (
    circuit_views,
    paused_view,
    reload_view,
    time_view,
    tracker_view,
    unmatched_view,
)
from bridge.ports.records import ASKED

PAUSED_SHOWN = 100
"""Paused cases that the status names; it counts all of them."""


class Standing:
    """Tells the status."""

    def __init__(self, means: Means, schedule: Schedule, decider: Decider) -> None:
        self._means = means
        self._schedule = schedule
        self._decider = decider

    async def told(self) -> dict[str, Any]:
        """How much waits, and how the trackers are."""
        # A look that was asked for ends as done or due: what is due is read after it.
        asked_for = await self._means.store.looks_due(ASKED, 1)
        counts = await self._means.store.counts()
        paused = await self._means.store.paused(PAUSED_SHOWN) if counts.paused else []
        is_busy = counts.waiting or self._schedule.running
        told = self._known() | {
            "pending": counts.pending,
            "waiting": counts.waiting,
            "oldest_due": time_view(counts.oldest_due),
            "retrying": counts.retrying,
            "dead": counts.dead,
            "parked": counts.parked,
            "paused": counts.paused,
            "drifted": counts.drifted,
            "creating": counts.creating,
            "held_back": counts.held_back,
            "settled": not is_busy and not asked_for,
            "links": counts.links,
            "cases": counts.cases,
            "outcomes": dict(counts.outcomes),
            "paused_cases": [paused_view(case) for case in paused],
        }
        return told | {"alerts": alerts_of(told)}

    def told_without_store(self) -> dict[str, Any]:
        """The part of it that is known while the store does not answer."""
        told = self._known()
        return told | {"alerts": alerts_of(told)}

    def _known(self) -> dict[str, Any]:
        return {
            "running": self._schedule.running,
            "dry_run": self._means.options.is_dry,
            "config": self._means.current.choices.version,
            "reload": reload_view(self._means.current.last_reload),
            "unmatched_people": unmatched_view(self._decider.directory),
            "comments_not_copied": self._decider.comments.skipped.total(),
            "trackers": self._trackers(),
            "notify": receiver_views(self._means.receivers),
        }

    def _trackers(self) -> dict[str, Any]:
        roster, gate = self._means.roster, self._means.gate
        return {
            name: tracker_view(
                tracker,
                roster.kinds.get(name, ""),
                gate.health(name),
                circuit_views(gate.circuits, name),
                self._means.clock.now(),
            )
            for name, tracker in roster.all.items()
        }

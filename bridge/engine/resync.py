"""The timer: every linked case is looked at again, spread out, within the rate budget.

Datadog sends no webhook when an issue changes: this is how such an edit is seen.
"""

import asyncio
from datetime import timedelta

import structlog

from bridge.engine.means import Means
from bridge.engine.schedule import Schedule
from bridge.ports.errors import StoreUnavailable
from bridge.ports.records import Key

log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)
LOOKS_AT_ONCE = 100
RESERVE = 0.2
"""The part of a tracker's rate limit that looks leave to events and writes."""


class Resync:
    """Asks for timed looks until it is closed."""

    def __init__(self, means: Means, schedule: Schedule) -> None:
        self._means = means
        self._schedule = schedule
        self._closed = asyncio.Event()

    async def serve(self) -> None:
        """Ask for what is due, tick by tick."""
        while not self._closed.is_set():
            try:
                await self.ask()
            except StoreUnavailable as exc:
                log.warning("store.failed", error=str(exc))
            until = self._means.clock.now() + TICK
            await self._means.clock.wait(self._closed, until)

    def close(self) -> None:
        """Ask for nothing more."""
        self._closed.set()

    async def ask(self) -> None:
        """Ask for the looks that are due now, as far as there is room for them."""
        room = LOOKS_AT_ONCE - self._schedule.looks
        if room <= 0 or not self._is_budget_left():
            return
        now = self._means.clock.now()
        for case in await self._means.store.looks_due(now, room):
            self._schedule.look(Key(case))

    def _is_budget_left(self) -> bool:
        now = self._means.clock.now()
        budgets = [tracker.budget for tracker in self._means.roster.all.values()]
        return not any(
            budget.remaining < budget.limit * RESERVE
            for budget in budgets
            if budget and budget.resets_at > now
        )

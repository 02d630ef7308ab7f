"""The timer that lets old events and keys go, so that the store stops growing."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bridge.engine.idempotency import Idempotency
from bridge.engine.means import Means
from bridge.ports.errors import StoreUnavailable

log = structlog.get_logger(__name__)

TICK = timedelta(minutes=5)
BATCH = 100
PAUSE = timedelta(seconds=1)
"""Between two batches: other writes wait for one at most."""


class Housekeeping:
    """Keeps the past as long as the operator chose, until it is closed."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._keys = Idempotency(means)
        self._closed = asyncio.Event()

    async def serve(self) -> None:
        """Tidy up, tick by tick; not at once, when there is most to do otherwise."""
        while not self._closed.is_set():
            await self._wait(TICK)
            try:
                if self._means.rights.leads:
                    await self.tidy()
            except StoreUnavailable as exc:
                log.warning("store.failed", error=str(exc))

    def close(self) -> None:
        """Let go of nothing more."""
        self._closed.set()

    async def tidy(self) -> None:
        """Let go of all that is old enough by now, batch by batch."""
        store, options, now = self._means.store, self._means.options, self._now
        before, bodies_before = now - options.keep, now - options.keep_bodies
        rows = 0
        while not self._closed.is_set():
            gone = await store.prune(before, BATCH, bodies_before=bodies_before)
            gone += await self._keys.forget(BATCH)
            if not gone:
                break
            rows += gone
            await self._wait(PAUSE)
        if rows:
            log.info("store.tidied", rows=rows)

    async def _wait(self, how_long: timedelta) -> None:
        await self._means.clock.wait(self._closed, self._now + how_long)

    @property
    def _now(self) -> datetime:
        return self._means.clock.now()

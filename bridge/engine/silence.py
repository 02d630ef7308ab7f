"""Warns once of a tracker that used to call and calls no more.

How long is too long is learnt from the tracker itself: some call every second, others
a few times a day. Time in which no bridge ran counts as neither silence nor a gap.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bridge.domain.model import TrackerName
from bridge.engine.means import Means
from bridge.ports.commits import Commit
from bridge.ports.errors import StoreUnavailable

log = structlog.get_logger(__name__)

TICK = timedelta(minutes=1)
TIMES = 6
"""So many times the longest gap between two deliveries is silence, within limits."""

SHORTEST, LONGEST = timedelta(hours=1), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Gap:
    """The longest time without a delivery, as far as a bridge was there to hear."""

    begin: datetime
    end: datetime

    def length(self) -> timedelta:
        """From its begin to its end."""
        return self.end - self.begin

    @property
    def patience(self) -> timedelta:
        """How long a tracker with such a gap may be silent."""
        return min(max(self.length() * TIMES, SHORTEST), LONGEST)


class Silence:
    """Listens for silence, and keeps when each tracker last called."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._closed = asyncio.Event()
        self._gaps: dict[TrackerName, Gap] = {}
        self._heard: dict[TrackerName, datetime] = {}
        self._silent: set[TrackerName] = set()
        self._began: datetime | None = None

    async def begin(self) -> None:
        """Recall what an earlier bridge heard."""
        self._began = self._means.clock.now()
        for name in self._means.roster.all:
            heard = await self._mark(f"delivery/{name}")
            if heard is None:
                continue
            self._heard[name] = heard
            health = self._means.gate.health(name)
            health.last_delivery = health.last_delivery or heard
            ends = [await self._mark(f"gap-{end}/{name}") for end in ("begin", "end")]
            if ends[0] and ends[1]:
                self._gaps[name] = Gap(ends[0], ends[1])

    async def serve(self) -> None:
        """Listen, tick by tick; what was heard last is kept at the end."""
        while not self._closed.is_set():
            until = self._means.clock.now() + TICK
            await self._means.clock.wait(self._closed, until)
            await self._try_listen()
        await self._try_listen()

    def close(self) -> None:
        """Listen no more."""
        self._closed.set()

    async def _try_listen(self) -> None:
        try:
            await self.listen()
        except StoreUnavailable as exc:
            log.warning("store.failed", error=str(exc))

    async def listen(self) -> None:
        """Keep what was heard since the last time, and warn of who is silent."""
        news: dict[TrackerName, datetime] = {}
        marks: dict[str, datetime] = {}
        for name in self._means.roster.all:
            heard = await self._last_delivery(name)
            if heard is None:
                continue
            if heard == self._heard.get(name):
                if self._means.rights.leads:
                    self._judge(name, heard)
            else:
                news[name] = heard
                marks |= self._note(name, heard)
        if news:
            await self._means.store.commit(Commit(marks=marks))
            self._heard |= news

    async def _last_delivery(self, name: TrackerName) -> datetime | None:
        """When *name* called last, whichever process with this store it called."""
        health = self._means.gate.health(name)
        stored = await self._mark(f"delivery/{name}")
        known = [at for at in (health.last_delivery, stored) if at is not None]
        health.last_delivery = max(known, default=None)
        return health.last_delivery

    def _note(self, name: TrackerName, heard: datetime) -> dict[str, datetime]:
        """*name* has called: what to remember of it."""
        if name in self._silent:
            self._silent.discard(name)
            log.info("tracker.heard_again", tracker=name)
        last = self._heard.get(name)
        if last is not None:
            gap = Gap(self._listened_from(last), heard)
            self._gaps[name] = max(gap, self._gaps.get(name, gap), key=Gap.length)
        marks = {f"delivery/{name}": heard}
        if longest := self._gaps.get(name):
            marks[f"gap-begin/{name}"] = longest.begin
            marks[f"gap-end/{name}"] = longest.end
        return marks

    def _judge(self, name: TrackerName, heard: datetime) -> None:
        """Warn of *name* if it has been silent for too long, once."""
        patience = self._gaps.get(name, Gap(heard, heard)).patience
        listened = self._means.clock.now() - self._listened_from(heard)
        if listened > patience and name not in self._silent:
            self._silent.add(name)
            self._means.gate.health(name).silent_since = heard
            log.warning("tracker.silent", tracker=name, since=heard.isoformat())

    def _listened_from(self, moment: datetime) -> datetime:
        """*moment*, or the beginning of this bridge if that was later."""
        return max(moment, self._began or moment)

    async def _mark(self, name: str) -> datetime | None:
        return await self._means.store.mark(name)

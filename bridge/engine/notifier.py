"""Tells receivers of alerts: once when one begins, once when it is over.

What is told is the difference between what holds and what a receiver was told last, so
that a restart repeats nothing and a receiver that was away hears what still matters.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bridge.engine.alerts import OF_TRACKERS, Cause
from bridge.engine.means import Means
from bridge.engine.receiving import Receiving
from bridge.engine.remembering import Alert, Memory
from bridge.ports.errors import StoreUnavailable, UnreadableRow
from bridge.ports.notifying import NotDelivered, Notice

log = structlog.get_logger(__name__)

Json = dict[str, Any]

TICK = timedelta(seconds=15)
PATIENCE = 5.0
"""Seconds that the store is waited for before it counts as unavailable."""

_PROOF = {
    Cause.CIRCUIT_OPEN: "last_answer",
    Cause.TRACKER_FAILING: "last_answer",
    Cause.TRACKER_SILENT: "last_delivery",
}
"""What a tracker must have done since, as a bridge that has just begun cannot know."""


class Notifier:
    """Looks at the alerts by a timer. One counts as begun, or over, once two looks in
    a row have found it so."""

    def __init__(
        self,
        means: Means,
        status: Callable[[], Awaitable[Json]],
        status_without_store: Callable[[], Json],
    ) -> None:
        self._means = means
        self._status = status
        self._status_without_store = status_without_store
        self._closed = asyncio.Event()
        self._memory = Memory()
        self._changing: dict[Alert, datetime] = {}
        self._texts: dict[Alert, str] = {}
        self._led = False
        self._alerts = [
            *(Alert(cause, "") for cause in Cause if cause not in OF_TRACKERS),
            *(Alert(cause, n) for cause in OF_TRACKERS for n in means.roster.all),
        ]

    async def serve(self) -> None:
        """Look, tick by tick, and tell."""
        while not self._closed.is_set():
            until = self._means.clock.now() + TICK
            await self._means.clock.wait(self._closed, until)
            if not self._closed.is_set():
                await self.look()

    def close(self) -> None:
        """Tell nothing more."""
        self._closed.set()

    async def look(self) -> None:
        """Compare what holds with what was told, and tell the difference."""
        told = await self._standing()
        has_store = "pending" in told and await self._recall()
        if has_store:
            self._led = self._means.rights.leads
        # Nobody leads while the store is away; who led last says that it is.
        if not self._led:
            self._changing.clear()
            return
        self._judge(told, has_store=has_store)
        await self._keep()
        await asyncio.gather(*(self._inform(one) for one in self._means.receivers))
        await self._keep()

    async def _standing(self) -> Json:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._status()
        except (StoreUnavailable, UnreadableRow, TimeoutError):
            return self._status_without_store()

    async def _recall(self) -> bool:
        """Whether the store could be asked for what was told, by whichever process."""
        names = [one.receiver.name for one in self._means.receivers]
        try:
            async with asyncio.timeout(PATIENCE):
                await self._memory.recall(self._means.store, self._alerts, names)
        except (StoreUnavailable, TimeoutError):
            return False
        await self._keep()
        return True

    async def _keep(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._memory.keep(self._means.store)
        except (StoreUnavailable, TimeoutError) as exc:
            log.info("notify.not_kept", error=str(exc) or type(exc).__name__)

    def _judge(self, told: Json, *, has_store: bool) -> None:
        """Note what has begun and what is over: of the store alone while it is away,
        as another process may lead by now."""
        now = self._means.clock.now()
        active = {
            Alert(Cause(one["cause"]), one["tracker"] or ""): one["text"]
            for one in told["alerts"]
        }
        self._texts |= active
        for alert in self._alerts:
            if not has_store and alert.cause is not Cause.STORE_UNAVAILABLE:
                continue
            is_active = alert in active
            if is_active == self._memory.is_active(alert) or not (
                is_active or self._is_surely_over(alert, told)
            ):
                self._changing.pop(alert, None)
            elif alert not in self._changing:
                self._changing[alert] = now
            elif is_active:
                at = self._changing.pop(alert)
                self._memory.begin(alert, self._silent_since(alert, told) or at)
            else:
                self._memory.end(alert, self._changing.pop(alert))

    def _is_surely_over(self, alert: Alert, told: Json) -> bool:
        """What is not active may merely not be known yet, after a restart."""
        proof = _PROOF.get(alert.cause)
        if proof is None:
            return True
        at = told["trackers"][alert.tracker][proof]
        began = self._memory.began(alert)
        return at is not None and datetime.fromisoformat(at) > began

    def _silent_since(self, alert: Alert, told: Json) -> datetime | None:
        """A silence began with the last delivery, not when it became long."""
        if alert.cause is not Cause.TRACKER_SILENT:
            return None
        return datetime.fromisoformat(told["trackers"][alert.tracker]["silent_since"])

    async def _inform(self, one: Receiving) -> None:
        """Tell one receiver what it does not know, in order, until it takes no more."""
        now, name = self._means.clock.now(), one.receiver.name
        if one.next_try is not None and now < one.next_try:
            return
        for alert, notice in self._news_for(one):
            try:
                await one.receiver.tell(notice)
            except NotDelivered as exc:
                one.failed(str(exc), now)
                one.next_try = now + self._means.backoff(one.failures)
                if one.failures == 1:
                    log.warning("notify.failed", receiver=name, error=str(exc))
                return
            if one.failures:
                log.info("notify.works_again", receiver=name)
            one.took(self._means.clock.now())
            self._memory.tell(name, alert, notice.ended or notice.since)
            log.info("notify.told", receiver=name, alert=str(alert), notice=notice.id)

    def _news_for(self, one: Receiving) -> list[tuple[Alert, Notice]]:
        found = []
        for alert in self._alerts:
            wanted = not one.receiver.causes or alert.cause in one.receiver.causes
            if wanted and (notice := self._notice(one.receiver.name, alert)):
                found.append((alert, notice))
        return sorted(found, key=lambda each: each[1].ended or each[1].since)

    def _notice(self, receiver: str, alert: Alert) -> Notice | None:
        """What *receiver* has to be told of *alert*; no end without its beginning."""
        told, began = self._memory.told(receiver, alert), self._memory.began(alert)
        ended = None if self._memory.is_active(alert) else self._memory.ended(alert)
        knows = told >= began if ended is None else not began <= told < ended
        if knows:
            return None
        name = f"{receiver}/{alert}/{(ended or began).isoformat()}"
        words = alert.cause.value.replace("-", " ")
        return Notice(
            id=f"msg_{hashlib.sha256(name.encode()).hexdigest()[:24]}",
            cause=alert.cause.value,
            tracker=alert.tracker,
            text=self._texts.get(alert, words) if ended is None else f"{words}: over",
            since=began,
            ended=ended,
            is_dry=self._means.options.is_dry,
        )

"""Which alerts there are and who was told of them, kept so that nothing is told twice.

Every moment only grows, so that of two that are known the later one is right, whichever
process it is from.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bridge.engine.alerts import Cause
from bridge.ports.commits import Commit
from bridge.ports.store import Store

NEVER = datetime.min.replace(tzinfo=UTC)
_NEXT = timedelta(microseconds=1)


class Alert(NamedTuple):
    """One cause, of one tracker or of the bridge (empty)."""

    cause: Cause
    tracker: str

    def __str__(self) -> str:
        return f"{self.cause.value}/{self.tracker}"


class Memory:
    """Moments of alerts and of telling them, in the store as far as it answers."""

    def __init__(self) -> None:
        self._marks: dict[str, datetime] = {}
        self._unsaved: set[str] = set()

    def is_active(self, alert: Alert) -> bool:
        """Whether *alert* has begun and is not over."""
        return self.began(alert) > self.ended(alert)

    def began(self, alert: Alert) -> datetime:
        """When it last did; or NEVER."""
        return self._at(f"alert-began/{alert}")

    def ended(self, alert: Alert) -> datetime:
        """When it last was over; or NEVER."""
        return self._at(f"alert-ended/{alert}")

    def told(self, receiver: str, alert: Alert) -> datetime:
        """The beginning or end that *receiver* was last told of; or NEVER."""
        return self._at(f"alert-told/{receiver}/{alert}")

    def begin(self, alert: Alert, at: datetime) -> None:
        """It has begun; whatever clocks say, after its last end."""
        end = self.ended(alert)
        self._put(f"alert-began/{alert}", at if at > end else end + _NEXT)

    def end(self, alert: Alert, at: datetime) -> None:
        """It is over; whatever clocks say, since after its beginning."""
        begin = self.began(alert)
        self._put(f"alert-ended/{alert}", at if at > begin else begin + _NEXT)

    def tell(self, receiver: str, alert: Alert, at: datetime) -> None:
        """*receiver* knows of what happened at *at*."""
        self._put(f"alert-told/{receiver}/{alert}", at)

    async def recall(
        self, store: Store, alerts: Iterable[Alert], receivers: Iterable[str]
    ) -> None:
        """What is stored of *alerts*, by whichever process; StoreUnavailable."""
        heads = ["alert-began", "alert-ended", *(f"alert-told/{n}" for n in receivers)]
        for alert in alerts:
            for head in heads:
                name = f"{head}/{alert}"
                stored = await store.mark(name)
                if stored is not None and stored > self._at(name):
                    self._marks[name] = stored
                    self._unsaved.discard(name)

    async def keep(self, store: Store) -> None:
        """Store what is not stored yet; StoreUnavailable, and it stays to be."""
        if self._unsaved:
            marks = {name: self._marks[name] for name in self._unsaved}
            await store.commit(Commit(marks=marks))
            self._unsaved -= marks.keys()

    def _at(self, name: str) -> datetime:
        return self._marks.get(name, NEVER)

    def _put(self, name: str, at: datetime) -> None:
        self._marks[name] = at
        self._unsaved.add(name)

"""Writes that failed for now wait each for itself: what one value waits for holds up
no other value of the same case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.actions import Action
from bridge.engine.flips import REMEMBERED, Field, field_of
from bridge.ports.errors import TrackerError, TransientError


class DeferredWrite(TransientError):
    """Writes of a pass wait, the first of them until *until*; *error* is why."""

    def __init__(self, error: TrackerError, until: datetime) -> None:
        super().__init__(str(error))
        self.error = error
        self.until = until


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one value waits, after how many failed tries, and why."""

    until: datetime
    tries: int
    error: TrackerError


class Waits:
    """What waits, by the value that was to be written."""

    def __init__(self, backoff: Callable[[int], timedelta]) -> None:
        self._backoff = backoff
        self._waits: dict[Field, Wait] = {}

    def held(self, action: Action, now: datetime) -> Wait | None:
        """The wait that *action* has to sit out, if its value waits still."""
        wait = self._waits.get(field_of(action))
        return wait if wait and now < wait.until else None

    def fail(self, action: Action, error: TrackerError, now: datetime) -> None:
        """One more try failed; the next comes later, or when the tracker said."""
        before = self._waits.pop(field_of(action), None)
        tries = before.tries + 1 if before else 1
        asked = getattr(error, "retry_after", None) or 0.0
        wait = max(self._backoff(tries), timedelta(seconds=asked))
        self._waits[field_of(action)] = Wait(now + wait, tries, error)
        if len(self._waits) > REMEMBERED:
            del self._waits[next(iter(self._waits))]

    def until(
        self, action: Action, error: TrackerError | None, now: datetime
    ) -> datetime:
        """When *action*, which *error* stopped, may be tried again."""
        wait = self._waits.get(field_of(action))
        until: datetime = getattr(error, "until", now)
        return max(until, wait.until if wait else now)

    def over(self, action: Action) -> None:
        """The value was written, or given up: nothing waits."""
        self._waits.pop(field_of(action), None)

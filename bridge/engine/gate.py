"""The way out: every call to a tracker passes here and leaves word of how it went."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bridge.domain.model import TrackerName
from bridge.ports.clock import Clock
from bridge.ports.errors import ForbiddenError, TransientError

T = TypeVar("T")


@dataclass(slots=True)
class Health:
    """What is known of one tracker: when it last answered, called, or failed, and why.

    *problem* is empty while the last call went well.
    """

    last_answer: datetime | None = None
    last_delivery: datetime | None = None
    problem: str = ""
    problem_since: datetime | None = None
    failures: int = 0


class Gate:
    """Lets calls through to the trackers and keeps their health."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._health: dict[TrackerName, Health] = {}

    def health(self, tracker: TrackerName) -> Health:
        """What is known of *tracker*."""
        return self._health.setdefault(tracker, Health())

    def note_delivery(self, tracker: TrackerName) -> None:
        """A delivery of *tracker* was taken in."""
        self.health(tracker).last_delivery = self._clock.now()

    async def through(self, tracker: TrackerName, call: Awaitable[T]) -> T:
        """The answer of *call*; its error is noted and raised."""
        health = self.health(tracker)
        try:
            answer = await call
        except (TransientError, ForbiddenError) as exc:
            health.failures += 1
            health.problem = str(exc)
            health.problem_since = health.problem_since or self._clock.now()
            raise
        health.problem, health.problem_since, health.failures = "", None, 0
        health.last_answer = self._clock.now()
        return answer

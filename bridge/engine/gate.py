"""The way out: every call to a tracker passes here and leaves word of how it went."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from inspect import iscoroutine
from typing import TypeVar

import structlog

from bridge.domain.model import TrackerName
from bridge.engine.circuits import Circuits, Place, Verdict
from bridge.ports.clock import Clock
from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    PermanentError,
    TrackerError,
    TransientError,
)
from bridge.ports.measuring import NO_MEASURES, Measures, Step, StepKind
from bridge.ports.sharing import held
from bridge.transport.failures import UnauthenticatedError

T = TypeVar("T")

log = structlog.get_logger(__name__)

PROBE = timedelta(seconds=30)
"""How often what is closed off is tried, unless the operator says otherwise."""

READ, ANSWERED = "read", "answered"
"""A call that is no write, and the result of one that went well."""

DOUBT = timedelta(seconds=5)
"""How soon something that was refused once is tried again."""


LONG_FAILURE, FAILURES = timedelta(minutes=5), 3
"""How long, and how often at least, all calls fail before somebody has to look."""

LONG_PAUSE = timedelta(minutes=5)
"""A tracker that asks to wait as long as this is something to look at."""


class ParkedError(TransientError):
    """Not sent: what it needs is closed off until *until*."""

    def __init__(self, text: str, until: datetime, place: Place) -> None:
        super().__init__(text)
        self.until = until
        self.place = place


@dataclass(slots=True)
class Health:
    """What is known of one tracker: when it last answered, called, or failed, and why.

    *problem* is empty while the last call went well; *silent_since* is the last
    delivery of a tracker that should have called again; *paused_until* is how long it
    asked to be left alone, where that was long; *failing_since* is set once call after
    call has failed for `LONG_FAILURE`.
    """

    last_answer: datetime | None = None
    last_delivery: datetime | None = None
    silent_since: datetime | None = None
    paused_until: datetime | None = None
    failing_since: datetime | None = None
    problem: str = ""
    problem_since: datetime | None = None
    failures: int = 0


class Gate:
    """Lets calls through to the trackers, unless they are closed off, and keeps the
    trackers' health. *probe* tells how often what is closed off is tried."""

    def __init__(
        self,
        clock: Clock,
        probe: Callable[[], timedelta] = lambda: PROBE,
        measures: Measures = NO_MEASURES,
    ) -> None:
        self._clock = clock
        self._probe = probe
        self._measures = measures
        self._health: dict[TrackerName, Health] = {}
        self.circuits = Circuits(clock)

    @property
    def now(self) -> datetime:
        """The time by which calls are dated."""
        return self._clock.now()

    def health(self, tracker: TrackerName) -> Health:
        """What is known of *tracker*."""
        return self._health.setdefault(tracker, Health())

    def note_delivery(self, tracker: TrackerName) -> None:
        """A delivery of *tracker* was taken in."""
        health = self.health(tracker)
        health.last_delivery, health.silent_since = self._clock.now(), None

    async def through(
        self,
        tracker: TrackerName,
        call: Awaitable[T],
        thing: str = "",
        *,
        project: str = "",
        writes: str = "",
    ) -> T:
        """The answer of *call*, which is about *thing*; its error is noted and raised.
        *writes* says which kind of writes it is one of, if it is a write.

        ParkedError while its place is closed off, then without a call; LeaseLost before
        a write when another process may have the key. A refusal that is the thing's own
        trouble is a PermanentError.
        """
        place = (tracker, project, writes)
        self._check(place, call)
        try:
            if writes and (fence := held()) is not None:
                await fence.check()
        except BaseException:
            _drop(call)
            raise
        try:
            step = Step(StepKind.CALL, tracker, writes or READ)
            with self._measures.step(step) as course:
                answer = await call
                course.result = ANSWERED
        except UnauthenticatedError as exc:
            everything = (tracker, "", "")
            now, probe = self._clock.now(), self._probe()
            self.circuits.break_open(everything, str(exc), probe)
            self._fail(tracker, exc)
            raise ParkedError(str(exc), now + probe, everything) from exc
        except ForbiddenError as exc:
            raise self._refused(place, thing, str(exc)) from exc
        except (GoneError, PermanentError):
            for closed in _ways(place):
                self.circuits.answered(closed, thing)
            raise
        except TransientError as exc:
            self._note_pause(tracker, exc)
            self._fail(tracker, exc)
            raise
        self._succeed(place, thing)
        return answer

    def _refused(self, place: Place, thing: str, why: str) -> TrackerError:
        now, probe = self._clock.now(), self._probe()
        verdict = self.circuits.forbidden(place, thing, why, probe)
        if verdict is Verdict.ALONE:
            for closed in _ways(place):
                self.circuits.answered(closed, thing)
            return PermanentError(why)
        self._fail(place[0], ForbiddenError(why))
        is_suspect = verdict is Verdict.SUSPECT
        return ParkedError(
            why, now + (min(probe, DOUBT) if is_suspect else probe), place
        )

    def _check(self, place: Place, call: Awaitable[T]) -> None:
        """Raise unless the call may go out now."""
        for closed in _ways(place):
            wait = self.circuits.wait_until(closed, self._probe())
            if wait is not None:
                _drop(call)
                raise ParkedError(wait[0], wait[1], closed)

    def _note_pause(self, tracker: TrackerName, exc: TransientError) -> None:
        asked = long_pause_of(exc)
        if not asked:
            return
        health, now = self.health(tracker), self._clock.now()
        if health.paused_until is None or health.paused_until <= now:
            log.warning(
                "tracker.paused", tracker=tracker, until=(now + asked).isoformat()
            )
        health.paused_until = max(now + asked, health.paused_until or now)

    def _fail(self, tracker: TrackerName, exc: Exception) -> None:
        health = self.health(tracker)
        health.failures += 1
        health.problem = str(exc)
        now = self._clock.now()
        since = health.problem_since = health.problem_since or now
        is_long = now - since >= LONG_FAILURE and health.failures >= FAILURES
        if is_long and health.failing_since is None:
            health.failing_since = since
            log.warning("tracker.failing", tracker=tracker, error=health.problem)

    def _succeed(self, place: Place, thing: str) -> None:
        health = self.health(place[0])
        if health.failing_since is not None:
            log.info("tracker.answers_again", tracker=place[0])
        health.problem, health.problem_since, health.failures = "", None, 0
        health.failing_since = None
        health.last_answer = self._clock.now()
        for opened in _ways(place):
            self.circuits.allowed(opened, thing)


def long_pause_of(exc: TrackerError) -> timedelta:
    """How long the tracker itself asked to wait, where that is long; else nothing."""
    asked = timedelta(seconds=getattr(exc, "retry_after", None) or 0.0)
    return asked if asked >= LONG_PAUSE else timedelta()


def _drop(call: Awaitable[T]) -> None:
    """It is not made."""
    if iscoroutine(call):
        call.close()


def _ways(place: Place) -> set[Place]:
    """What must be open for a call to *place*: its tracker, and itself."""
    return {(place[0], "", ""), place}

"""What the engine tells whoever measures it: steps that take time, and their ends.

Trackers, kinds, results and outcomes are few and may become labels. Keys and event ids
are without number: they may tell steps apart in a trace and nothing else.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bridge.domain.model import TrackerName
from bridge.ports import errors
from bridge.ports.records import Arrival, Outcome
from bridge.ports.sharing import LeaseLost


class StepKind(StrEnum):
    """What kind of work a step is."""

    DELIVERY = "delivery"
    """One delivery is taken in."""

    PASS = "pass"  # noqa: S105 - no password
    """Due work on one key."""

    LOOK = "look"
    """The timer's look at one case."""

    WRITE = "write"
    """One action is tried."""

    CALL = "call"
    """One call to a tracker."""


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of work at a tracker; *what* is the kind of its action, if it is one.

    *events* are the ids of the deliveries it works for, oldest first.
    """

    kind: StepKind
    tracker: TrackerName
    what: str = ""
    events: tuple[str, ...] = ()


@dataclass(slots=True)
class Course:
    """How a step goes: whoever carries it out says the *result* in one word.

    Where an error leaves the step, :func:`failure_of` says it instead, unless it has
    been said before.
    """

    result: str = ""


class Measures(Protocol):
    """Counts, times, traces. Nothing here waits or raises."""

    def step(self, step: Step) -> AbstractContextManager[Course]:
        """Times *step* while the context lasts."""
        ...

    def ended(self, arrival: Arrival, outcome: Outcome, at: datetime) -> None:
        """An event got its outcome; one that is parked gets another later."""
        ...

    def retried(self, tracker: TrackerName) -> None:
        """Work on a key of *tracker* failed for now and is tried again later."""
        ...

    def given_up(self, tracker: TrackerName, what: str) -> None:
        """A dead letter was written: *what* was given up."""
        ...

    def left_out(self, tracker: TrackerName, comments: int) -> None:
        """So many comments, new or changed, were not copied to *tracker*."""
        ...

    def authenticated(self, tracker: TrackerName, secret: int) -> None:
        """A delivery of *tracker* proved to know that one of its webhook secrets,
        counted from 1."""
        ...


class NoMeasures:
    """Measures nothing."""

    @contextmanager
    def step(self, step: Step) -> Iterator[Course]:  # noqa: ARG002 - see Measures
        """Nothing is timed."""
        yield Course()

    def ended(self, arrival: Arrival, outcome: Outcome, at: datetime) -> None:
        """Nothing is counted."""

    def retried(self, tracker: TrackerName) -> None:
        """Nothing is counted."""

    def given_up(self, tracker: TrackerName, what: str) -> None:
        """Nothing is counted."""

    def left_out(self, tracker: TrackerName, comments: int) -> None:
        """Nothing is counted."""

    def authenticated(self, tracker: TrackerName, secret: int) -> None:
        """Nothing is counted."""


NO_MEASURES = NoMeasures()


class AllMeasures:
    """Tells each of several, in their order."""

    def __init__(self, *each: Measures) -> None:
        self._each = each

    @contextmanager
    def step(self, step: Step) -> Iterator[Course]:
        """Timed by all."""
        with ExitStack() as stack:
            courses = [stack.enter_context(one.step(step)) for one in self._each]
            course = Course()
            try:
                yield course
            finally:
                for its in courses:
                    its.result = course.result

    def ended(self, arrival: Arrival, outcome: Outcome, at: datetime) -> None:
        """Told to all."""
        for one in self._each:
            one.ended(arrival, outcome, at)

    def retried(self, tracker: TrackerName) -> None:
        """Told to all."""
        for one in self._each:
            one.retried(tracker)

    def given_up(self, tracker: TrackerName, what: str) -> None:
        """Told to all."""
        for one in self._each:
            one.given_up(tracker, what)

    def left_out(self, tracker: TrackerName, comments: int) -> None:
        """Told to all."""
        for one in self._each:
            one.left_out(tracker, comments)

    def authenticated(self, tracker: TrackerName, secret: int) -> None:
        """Told to all."""
        for one in self._each:
            one.authenticated(tracker, secret)


def together(first: Measures, *others: Measures) -> Measures:
    """All of them as one; one alone stays as it is, which costs nothing."""
    return AllMeasures(first, *others) if others else first


_FAILURES: tuple[tuple[type[BaseException], str], ...] = (
    (errors.GoneError, "gone"),
    (errors.ForbiddenError, "forbidden"),
    (errors.PermanentError, "refused"),
    (errors.TransientError, "failed"),
    (errors.BadCredentials, "unauthenticated"),
    (errors.MalformedDelivery, "malformed"),
    (errors.UnknownTracker, "unknown-tracker"),
    (errors.StoreUnavailable, "store-unavailable"),
    (LeaseLost, "lease-lost"),
    (Exception, "fault"),
)


def failure_of(error: BaseException) -> str:
    """The result of a step that *error* left, in one word."""
    for kind, word in _FAILURES:
        if isinstance(error, kind):
            return word
    return "cancelled"

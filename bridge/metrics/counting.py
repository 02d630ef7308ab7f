"""Counts and times what the engine tells, under labels of which there are few."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from types import TracebackType

from prometheus_client import CollectorRegistry, Counter, Histogram

from bridge.domain.model import TrackerName
from bridge.ports.measuring import Course, Step, StepKind, failure_of
from bridge.ports.records import Arrival, Cause, Outcome

OTHERS = ""
"""The label of trackers that are not configured, or not any more."""

SHORT = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Seconds of work under way."""

LONG = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600)
"""Seconds of waiting, which may take retries."""

_BY_RESULT = ("tracker", "result")
_BY_KIND = ("tracker", "kind", "result")

_COUNTED = {
    StepKind.DELIVERY: ("bridge_deliveries", "Deliveries by their answer", _BY_RESULT),
    StepKind.PASS: ("bridge_passes", "Passes over due work by result", _BY_RESULT),
    StepKind.LOOK: ("bridge_looks", "Looks of the timer by result", _BY_RESULT),
    StepKind.WRITE: ("bridge_writes", "Writes by kind of action and result", _BY_KIND),
    StepKind.CALL: ("bridge_calls", "Calls to trackers by kind and result", _BY_KIND),
}
_TIMED = {
    StepKind.DELIVERY: ("bridge_delivery_duration_seconds", "Time to answer one"),
    StepKind.PASS: ("bridge_pass_duration_seconds", "Time of a pass"),
    StepKind.LOOK: ("bridge_look_duration_seconds", "Time of a look of the timer"),
    StepKind.WRITE: ("bridge_write_duration_seconds", "Time of a write"),
    StepKind.CALL: ("bridge_call_duration_seconds", "Time of a call to a tracker"),
}


@dataclass(frozen=True, slots=True)
class _Meter:
    """How often steps of one kind were taken, and for how long."""

    count: Counter
    time: Histogram
    has_kinds: bool
    _found: dict[tuple[str, str, str], tuple[Counter, Histogram]] = field(
        default_factory=dict
    )

    def tell(self, tracker: str, what: str, result: str, seconds: float) -> None:
        its = (tracker, what if self.has_kinds else "", result)
        found = self._found.get(its)
        if found is None:
            labels = [tracker, what, result] if self.has_kinds else [tracker, result]
            found = self.count.labels(*labels), self.time.labels(tracker)
            self._found[its] = found
        count, time = found
        count.inc()
        time.observe(seconds)


class _Timed:
    """One step under way; a class, because there are many and generators cost more."""

    __slots__ = ("_begin", "_course", "_meter", "_tracker", "_what")

    def __init__(self, meter: _Meter, tracker: str, what: str) -> None:
        self._meter = meter
        self._tracker = tracker
        self._what = what

    def __enter__(self) -> Course:
        self._course, self._begin = Course(), perf_counter()
        return self._course

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        result = self._course.result or (failure_of(exc) if exc is not None else "")
        seconds = perf_counter() - self._begin
        self._meter.tell(self._tracker, self._what, result, seconds)


class Counting:
    """``bridge.ports.measuring.Measures`` on the metrics of one registry."""

    def __init__(
        self, registry: CollectorRegistry, trackers: Iterable[TrackerName]
    ) -> None:
        self._trackers = frozenset(trackers)
        self._meters = {kind: _meter(kind, registry) for kind in StepKind}
        self._events = Counter(
            "bridge_events",
            "Deliveries, finds of polls and acts of operators by how they ended",
            ("tracker", "cause", "outcome"),
            registry=registry,
        )
        self._lag = Histogram(
            "bridge_delivery_lag_seconds",
            "Time from a delivery to its outcome",
            ("tracker",),
            buckets=LONG,
            registry=registry,
        )
        self._retries = Counter(
            "bridge_retries",
            "Passes that failed for now and are tried again",
            ("tracker",),
            registry=registry,
        )
        self._letters = Counter(
            "bridge_dead_letters_written",
            "Dead letters by what was given up",
            ("tracker", "kind"),
            registry=registry,
        )
        self._left_out = Counter(
            "bridge_comments_not_copied",
            "Comments, new or changed, that were not copied to the tracker",
            ("tracker",),
            registry=registry,
        )
        self._secrets = Counter(
            "bridge_webhook_secrets_used",
            "Deliveries by which of the tracker's webhook_secrets they knew, from 1",
            ("tracker", "secret"),
            registry=registry,
        )
        for tracker in self._trackers:
            self._begin(tracker)

    def _begin(self, tracker: TrackerName) -> None:
        """Show at zero what alerts look at: a first increase is to be seen as one."""
        self._retries.labels(tracker)
        self._lag.labels(tracker)
        self._left_out.labels(tracker)
        self._secrets.labels(tracker, "1")
        for outcome in Outcome:
            self._events.labels(tracker, Cause.DELIVERY.value, outcome.value)

    def step(self, step: Step) -> "_Timed":
        """Times *step*, and counts it by its result."""
        return _Timed(self._meters[step.kind], self._label(step.tracker), step.what)

    def ended(self, arrival: Arrival, outcome: Outcome, at: datetime) -> None:
        """Counts an event's outcome, and its lag if it is a delivery."""
        tracker = self._label(arrival.tracker)
        self._events.labels(tracker, arrival.cause.value, outcome.value).inc()
        if arrival.cause is Cause.DELIVERY and outcome is not Outcome.PARKED:
            lag = max(0.0, (at - arrival.at).total_seconds())
            self._lag.labels(tracker).observe(lag)

    def retried(self, tracker: TrackerName) -> None:
        """Counts a retry."""
        self._retries.labels(self._label(tracker)).inc()

    def given_up(self, tracker: TrackerName, what: str) -> None:
        """Counts a dead letter."""
        self._letters.labels(self._label(tracker), what).inc()

    def left_out(self, tracker: TrackerName, comments: int) -> None:
        """Counts comments that stay where they are."""
        self._left_out.labels(self._label(tracker)).inc(comments)

    def authenticated(self, tracker: TrackerName, secret: int) -> None:
        """Counts the use of a secret."""
        self._secrets.labels(self._label(tracker), str(secret)).inc()

    def _label(self, tracker: TrackerName) -> str:
        return tracker if tracker in self._trackers else OTHERS


def _meter(kind: StepKind, registry: CollectorRegistry) -> _Meter:
    name, told, labels = _COUNTED[kind]
    count = Counter(name, told, labels, registry=registry)
    name, told = _TIMED[kind]
    time = Histogram(name, told, ("tracker",), buckets=SHORT, registry=registry)
    return _Meter(count, time, labels is _BY_KIND)

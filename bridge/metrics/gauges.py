"""What is true at the moment of a scrape, read from the status that the API gives."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.engine.alerts import OF_TRACKERS, Cause

Standing = Mapping[str, Any]
"""The status as the API gives it; without counts while the store does not answer."""

SCOPES = ("read", "states", "assignees", "listings", "comments", "create")
"""What a circuit may close off."""

_COUNTS = (
    ("pending", "bridge_events_pending", "Events without an outcome"),
    ("parked", "bridge_events_parked", "Events that wait behind something"),
    ("waiting", "bridge_keys_waiting", "Keys due now or later: the queue"),
    ("retrying", "bridge_keys_retrying", "Keys due that failed before"),
    ("running", "bridge_passes_running", "Passes under way"),
    ("dead", "bridge_dead_letters", "Dead letters that wait for an operator"),
    ("paused", "bridge_cases_paused", "Cases that wait to be resumed"),
    ("drifted", "bridge_drifted", "Links and cases with a value not written"),
    ("creating", "bridge_cases_creating", "Cases reserved and not created yet"),
    ("held_back", "bridge_cases_held_back", "Issues held back by max_cases_per_hour"),
    ("links", "bridge_links", "Links"),
    ("cases", "bridge_cases", "Cases with links"),
    ("dry_run", "bridge_dry_run", "1 in a dry run"),
)

_OF_A_TRACKER: tuple[tuple[str, str, Callable[[Standing], float | None]], ...] = (
    (
        "bridge_tracker_failing",
        "1 while the last call to the tracker failed",
        lambda one: float(one["problem"] is not None),
    ),
    (
        "bridge_tracker_last_answer_timestamp_seconds",
        "When the tracker last answered well",
        lambda one: _seconds(one["last_answer"]),
    ),
    (
        "bridge_tracker_last_delivery_timestamp_seconds",
        "When the tracker last called",
        lambda one: _seconds(one["last_delivery"]),
    ),
    (
        "bridge_rate_limit",
        "Calls in a period, of the tracker's tightest limit",
        lambda one: (one["rate_limit"] or {}).get("limit"),
    ),
    (
        "bridge_rate_limit_remaining",
        "Calls left in this period, of the tracker's tightest limit",
        lambda one: (one["rate_limit"] or {}).get("remaining"),
    ),
    (
        "bridge_keys_behind_circuits",
        "Keys that wait for an open circuit",
        lambda one: float(sum(circuit["parked"] for circuit in one["circuits"])),
    ),
)


_OF_A_RECEIVER: tuple[tuple[str, str, Callable[[Standing], float | None]], ...] = (
    (
        "bridge_receiver_failing",
        "1 while the receiver does not take what it is told",
        lambda one: float(one["problem"] is not None),
    ),
    (
        "bridge_receiver_last_told_timestamp_seconds",
        "When the receiver last took what it was told",
        lambda one: _seconds(one["last_told"]),
    ),
)


class Gauges(Collector):
    """A collector over the standing that was set last."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.standing: Standing | None = None

    def describe(self) -> Iterable[Metric]:
        """No names beforehand: nothing is known before the first scrape."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """One family for each thing that is known."""
        if self.standing is None:
            return
        yield from _counts(self.standing)
        yield from self._times(self.standing)
        trackers = self.standing["trackers"].items()
        for name, told, value_of in _OF_A_TRACKER:
            yield _each("tracker", trackers, name, told, value_of)
        receivers = [(one["name"], one) for one in self.standing["notify"]]
        for name, told, value_of in _OF_A_RECEIVER:
            yield _each("receiver", receivers, name, told, value_of)
        yield _circuits(self.standing)
        yield _unmatched(self.standing)
        yield _alerts(self.standing)

    def _times(self, standing: Standing) -> Iterator[Metric]:
        if "oldest_due" in standing:
            due = _seconds(standing["oldest_due"])
            age = 0.0 if due is None else max(0.0, self._now().timestamp() - due)
            told = "How long the oldest due work has been due"
            yield _gauge("bridge_oldest_due_age_seconds", told, age)
        if reload := standing["reload"]:
            told = "1 if the last reload of the configuration was taken over"
            name = "bridge_config_last_reload_successful"
            yield _gauge(name, told, float(reload["ok"]))
            told = "When the configuration was last reloaded"
            name = "bridge_config_last_reload_timestamp_seconds"
            yield _gauge(name, told, _seconds(reload["at"]) or 0.0)


def _counts(standing: Standing) -> Iterator[Metric]:
    for key, name, told in _COUNTS:
        if key in standing:
            yield _gauge(name, told, float(standing[key]))


def _each(
    label: str,
    things: Iterable[tuple[str, Standing]],
    name: str,
    told: str,
    value_of: Callable[[Standing], float | None],
) -> Metric:
    family = GaugeMetricFamily(name, told, labels=(label,))
    for thing, its in things:
        value = value_of(its)
        if value is not None:
            family.add_metric((thing,), value)
    return family


def _circuits(standing: Standing) -> Metric:
    told = "Open circuits by what they close off, of all projects together"
    labels = ("tracker", "scope")
    family = GaugeMetricFamily("bridge_circuits_open", told, labels=labels)
    for tracker, its in standing["trackers"].items():
        scopes = [circuit["writes"] or "read" for circuit in its["circuits"]]
        for scope in SCOPES:
            family.add_metric((tracker, scope), scopes.count(scope))
    return family


def _unmatched(standing: Standing) -> Metric:
    told = "People without an account where one is needed"
    family = GaugeMetricFamily("bridge_people_unmatched", told, labels=("tracker",))
    of = [person["tracker"] for person in standing["unmatched_people"]]
    for tracker in standing["trackers"]:
        family.add_metric((tracker,), of.count(tracker))
    return family


def _alerts(standing: Standing) -> Metric:
    """Every alert there may be, so that one that is over is seen to be over."""
    told = "1 while there is something to look at, one for each cause"
    family = GaugeMetricFamily("bridge_alert", told, labels=("cause", "tracker"))
    active = {(one["cause"], one["tracker"] or "") for one in standing["alerts"]}
    of_the_bridge = [cause for cause in Cause if cause not in OF_TRACKERS]
    possible = [(cause.value, "") for cause in of_the_bridge]
    possible += [(c.value, name) for c in OF_TRACKERS for name in standing["trackers"]]
    for alert in possible:
        family.add_metric(alert, float(alert in active))
    return family


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _seconds(moment: str | None) -> float | None:
    """A time of the API, in seconds since 1970."""
    return datetime.fromisoformat(moment).timestamp() if moment else None

"""What an operator has to look at, one alert for each cause, from the status."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Cause(StrEnum):
    """Why somebody has to look."""

    STORE_UNAVAILABLE = "store-unavailable"
    RELOAD_REFUSED = "reload-refused"
    CASES_PAUSED = "cases-paused"
    DEAD_LETTERS = "dead-letters"
    CASES_HELD_BACK = "cases-held-back"
    CIRCUIT_OPEN = "circuit-open"
    TRACKER_FAILING = "tracker-failing"
    TRACKER_PAUSED = "tracker-paused"
    TRACKER_SILENT = "tracker-silent"


OF_TRACKERS = (
    Cause.CIRCUIT_OPEN,
    Cause.TRACKER_FAILING,
    Cause.TRACKER_PAUSED,
    Cause.TRACKER_SILENT,
)
"""Causes that each tracker may be, by itself."""


def alerts_of(status: Json) -> list[Json]:
    """The alerts that are active; *status* holds no counts while the store is down."""
    return [*_of_the_bridge(status), *_of_trackers(status)]


def _of_the_bridge(status: Json) -> Iterator[Json]:
    reload = status["reload"]
    if "pending" not in status:
        yield _alert(Cause.STORE_UNAVAILABLE, "the store does not answer")
    if reload and not reload["ok"]:
        yield _alert(Cause.RELOAD_REFUSED, "the configuration was not reloaded")
    if count := status.get("paused"):
        yield _alert(Cause.CASES_PAUSED, f"cases that wait to be resumed: {count}")
    if count := status.get("dead"):
        yield _alert(Cause.DEAD_LETTERS, f"given up, for you to decide: {count}")
    if count := status.get("held_back"):
        text = f"issues that wait for a case, as max_cases_per_hour is reached: {count}"
        yield _alert(Cause.CASES_HELD_BACK, text)


def _of_trackers(status: Json) -> Iterator[Json]:
    for name, tracker in status["trackers"].items():
        if circuits := tracker["circuits"]:
            yield _alert(Cause.CIRCUIT_OPEN, circuits[0]["reason"], name)
        is_explained = tracker["circuits"] or tracker["paused_until"]
        if (since := tracker["failing_since"]) and not is_explained:
            text = f"no good answer since {since}: {tracker['problem']}"
            yield _alert(Cause.TRACKER_FAILING, text, name)
        if until := tracker["paused_until"]:
            text = f"its rate limit asks to wait until {until}"
            yield _alert(Cause.TRACKER_PAUSED, text, name)
        if since := tracker["silent_since"]:
            yield _alert(Cause.TRACKER_SILENT, f"no delivery since {since}", name)


def _alert(cause: Cause, text: str, tracker: str | None = None) -> Json:
    return {"cause": cause.value, "tracker": tracker, "text": text}

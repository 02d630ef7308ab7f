"""What is synced, what trackers can do, and the pulse, as people read them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.cli.showing import Grid, Told

Answer = Mapping[str, Any]

_SPAN = 10
"""Minutes in one row of the pulse."""

_LONGEST = 40
"""Characters of the bar of the busiest span."""

_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def abilities(answer: Answer) -> Told:
    """What is synced which way, then each ability with who has it, then why not."""
    trackers: Mapping[str, Answer] = answer["trackers"]
    keys = ("what", "issues", "cases", "direction", "why")
    sync = [[one[key] for key in keys] for one in answer["sync"]]
    rows = [
        (ability, *(ability in one["can"] for one in trackers.values()))
        for ability in answer["all"]
    ]
    looks = [(name, _lasting(one["poll_interval"])) for name, one in trackers.items()]
    return [
        Grid(("SYNCED", "ISSUES", "CASES", "DIRECTION", "WHY NO FURTHER"), sync),
        Grid(("ABILITY", *(name for name in trackers)), rows),
        *_of_lacks(trackers),
        Grid(("TRACKER", "LOOKED AT EVERY"), looks),
    ]


def _of_lacks(trackers: Mapping[str, Answer]) -> Iterator[Grid]:
    rows = [
        (name, ability, why)
        for name, one in trackers.items()
        for ability, why in one["lacks"].items()
    ]
    if rows:
        yield Grid(("TRACKER", "CANNOT", "WHY"), rows)


def pulse(answer: Answer) -> Told:
    """The longest wait, and how many events ended in each ten minutes of the hour."""
    ended: Sequence[int] = answer["ended"]
    since = answer["oldest_pending"]
    waits = f"The longest wait is {_lasting(answer['lag'])}, since {since}."
    spans = [
        (len(ended) - at - _SPAN, sum(ended[at : at + _SPAN]))
        for at in range(0, len(ended), _SPAN)
    ]
    most = max(count for _, count in spans)
    rows = [
        (f"{ago} to {ago + _SPAN - 1}", count, _bar(count, most))
        for ago, count in spans
    ]
    return [
        waits if since else "Nothing waits.",
        Grid(("MINUTES AGO", "EVENTS ENDED", ""), rows),
        f"{sum(ended)} events ended in the last hour, {ended[-1]} in this minute.",
    ]


def _bar(count: int, most: int) -> str:
    return "#" * (max(1, round(count * _LONGEST / most)) if count else 0)


def _lasting(seconds: float) -> str:
    fitting = (one for one in _UNITS if seconds >= 2 * one[1])
    unit, size = next(fitting, _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"

"""Answers as people read them: columns and short sentences."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bridge.cli.showing import Grid, Told, cell

Answer = Mapping[str, Any]


def status(answer: Answer) -> Told:
    """How much waits, and one line for each tracker with what is known of it."""
    trackers = answer.get("trackers") or {}
    counts = [
        (key, value)
        for key, value in answer.items()
        if isinstance(value, int) and not isinstance(value, bool)
    ]
    settled = "Settled." if answer.get("settled") else "Not settled yet."
    parts: list[str | Grid] = [
        settled,
        *_of_dry_run(answer),
        *_of_reload(answer.get("reload")),
        Grid(("WHAT", "HOW MANY"), counts),
    ]
    if trackers:
        rows = [(name, _pairs(_worded(what))) for name, what in trackers.items()]
        parts.append(Grid(("TRACKER", ""), rows))
    parts += [*_of_circuits(trackers), *_of_paused(answer.get("paused_cases") or ())]
    parts += _of_receivers(answer.get("notify") or ())
    if people := answer.get("unmatched_people"):
        parts.append(_unmatched(people))
    return parts


def _of_receivers(receivers: Sequence[Answer]) -> Iterator[Grid]:
    keys = ("name", "problem_since", "problem")
    rows = [[one.get(key) for key in keys] for one in receivers if one.get("problem")]
    if rows:
        yield Grid(("NOT NOTIFIED", "SINCE", "WHY"), rows)


def _unmatched(people: Sequence[Answer]) -> Grid:
    keys = ("person", "tracker", "since", "reason")
    rows = [[one.get(key) for key in keys] for one in people]
    return Grid(("WITHOUT ACCOUNT", "IN", "SINCE", "WHY"), rows)


def _of_circuits(trackers: Mapping[str, Answer]) -> Iterator[Grid]:
    rows = [
        (
            f"{name}, {circuit['project']}" if circuit.get("project") else name,
            f"writes: {kind}"
            if (kind := circuit.get("writes"))
            else "reads and writes",
            circuit.get("since"),
            circuit.get("parked"),
            circuit.get("next_probe"),
            circuit.get("reason"),
        )
        for name, what in trackers.items()
        for circuit in what.get("circuits") or ()
    ]
    if rows:
        header = ("OPEN CIRCUIT", "OF", "SINCE", "PARKED", "NEXT PROBE", "WHY")
        yield Grid(header, rows)


def _of_paused(cases: Sequence[Answer]) -> Iterator[Grid]:
    rows = [
        (case.get("case_key"), f"bridge resume {case['case']}", case.get("reason"))
        for case in cases
    ]
    if rows:
        yield Grid(("PAUSED", "GO ON WITH", "WHY"), rows)


def _of_dry_run(answer: Answer) -> Iterator[str]:
    if answer.get("dry_run"):
        yield "A dry run: nothing is written anywhere."


def _of_reload(reload: Answer | None) -> Iterator[str]:
    if reload and not reload["ok"]:
        yield f"The configuration was not reloaded: {reload['error']}"
    if reload and reload["restart_needed"]:
        yield f"Needs a restart: {', '.join(reload['restart_needed'])}"


def events(answer: Answer) -> Told:
    """One line for each event, and its writes below it."""
    items = answer["items"]
    if not items:
        return ["No events.", *more(answer)]
    rows = [
        (
            item.get("delivery"),
            item.get("tracker"),
            item.get("key"),
            item.get("outcome") or "pending",
            _with_writes(item),
        )
        for item in items
    ]
    header = ("DELIVERY", "TRACKER", "KEY", "OUTCOME", "REASON")
    return [Grid(header, rows), *more(answer)]


def dead(answer: Answer) -> Told:
    """One line for each dead letter; below it what it is and how to end it."""
    items = answer["items"]
    if not items:
        return "Nothing is dead."
    keys = ("id", "key", "since", "reason")
    rows = [[item.get(key) for key in keys] for item in items]
    header = [key.upper() for key in keys]
    return [Grid(header, rows, list(map(_ends, items))), *more(answer)]


def _ends(letter: Answer) -> str:
    what = " ".join(str(letter.get(key) or "") for key in ("kind", "target", "value"))
    one = letter["id"]
    return f"    {what.strip()}\n    bridge retry {one}    or    bridge skip {one}"


def plan(answer: Answer) -> Told:
    """The writes with their reasons; below them what people did, and what was noted."""
    parts: list[str | Grid] = []
    keys = ("kind", "target", "value", "reason")
    rows = [[action.get(key) for key in keys] for action in answer["actions"]]
    if rows:
        parts.append(Grid([key.upper() for key in keys], rows))
    else:
        parts.append("Nothing to do: both sides agree.")
    if changes := [_change(one) for one in answer["changes"]]:
        parts.append(Grid(("CHANGE", "OF", "BEFORE", "AFTER"), changes))
    lost = [
        (*_change(one["change"]), one["reason"]) for one in _of(answer, "overruled")
    ]
    if lost:
        parts.append(Grid(("OVERRULED", "OF", "BEFORE", "AFTER", "WHY"), lost))
    if until := answer.get("doubtful_until"):
        parts.append(f"A value may be an old copy: it is looked at again at {until}.")
    return [*parts, *(f"note: {cell(note)}" for note in _of(answer, "notes"))]


def _of(answer: Answer, name: str) -> Sequence[Any]:
    return answer.get(name) or ()


def _change(change: Answer) -> tuple[Any, ...]:
    thing = next(filter(None, map(change.get, ("issue", "case", "thing"))), "")
    return change["kind"], thing, change.get("before"), change.get("after")


def _with_writes(event: Answer) -> str:
    writes = ", ".join(
        f"{action.get('kind')} {action.get('target')} {action.get('value')}"
        for action in event.get("actions") or ()
    )
    return "; ".join(part for part in (cell(event.get("reason")), writes) if part)


def _pairs(what: Any) -> str:
    if not isinstance(what, Mapping):
        return cell(what)
    told = {
        key.replace("_", " "): cell(value)
        for key, value in what.items()
        if not isinstance(value, list | tuple)
    }
    return ", ".join(f"{key} {value}" for key, value in told.items() if value)


def _worded(tracker: Answer) -> Answer:
    budget = tracker.get("rate_limit")
    return {**tracker, "rate_limit": _rate_limit(budget)} if budget else tracker


def _rate_limit(budget: Answer) -> str:
    resets = datetime.fromisoformat(budget["resets_at"])
    left = f"{budget['remaining']:,} of {budget['limit']:,} left"
    return f"{left} until {resets:%H:%M:%S} UTC"


def more(answer: Answer) -> Iterator[str]:
    """How to read on, if there is more."""
    if cursor := answer.get("next"):
        yield f"There is more: --cursor {cursor}, or --all"

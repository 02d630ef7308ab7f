"""Answers as people read them: aligned columns and short sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

Answer = Mapping[str, Any]


def aligned(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Columns as wide as their widest cell; the last one runs free."""
    lines = [list(header), *([_cell(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def status(answer: Answer) -> str:
    """How much waits, and one line for each tracker with what is known of it."""
    trackers = answer.get("trackers") or {}
    counts = [
        (key, value)
        for key, value in answer.items()
        if isinstance(value, int) and not isinstance(value, bool)
    ]
    settled = "Settled." if answer.get("settled") else "Not settled yet."
    parts = [
        settled,
        *_of_dry_run(answer),
        *_of_reload(answer.get("reload")),
        aligned(("WHAT", "HOW MANY"), counts),
    ]
    if trackers:
        rows = [(name, _pairs(_worded(what))) for name, what in trackers.items()]
        parts.append(aligned(("TRACKER", ""), rows))
    parts += [*_of_circuits(trackers), *_of_paused(answer.get("paused_cases") or ())]
    parts += _of_receivers(answer.get("notify") or ())
    if people := answer.get("unmatched_people"):
        parts.append(_unmatched(people))
    return "\n\n".join(parts)


def _of_receivers(receivers: Sequence[Answer]) -> Iterator[str]:
    keys = ("name", "problem_since", "problem")
    rows = [[one.get(key) for key in keys] for one in receivers if one.get("problem")]
    if rows:
        yield aligned(("NOT NOTIFIED", "SINCE", "WHY"), rows)


def _unmatched(people: Sequence[Answer]) -> str:
    keys = ("person", "tracker", "since", "reason")
    rows = [[one.get(key) for key in keys] for one in people]
    return aligned(("WITHOUT ACCOUNT", "IN", "SINCE", "WHY"), rows)


def _of_circuits(trackers: Mapping[str, Answer]) -> Iterator[str]:
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
        yield aligned(header, rows)


def _of_paused(cases: Sequence[Answer]) -> Iterator[str]:
    rows = [
        (case.get("case_key"), f"bridge resume {case['case']}", case.get("reason"))
        for case in cases
    ]
    if rows:
        yield aligned(("PAUSED", "GO ON WITH", "WHY"), rows)


def _of_dry_run(answer: Answer) -> Iterator[str]:
    if answer.get("dry_run"):
        yield "A dry run: nothing is written anywhere."


def _of_reload(reload: Answer | None) -> Iterator[str]:
    if reload and not reload["ok"]:
        yield f"The configuration was not reloaded: {reload['error']}"
    if reload and reload["restart_needed"]:
        yield f"Needs a restart: {', '.join(reload['restart_needed'])}"


def events(answer: Answer) -> str:
    """One line for each event, and its writes below it."""
    items = answer["items"]
    if not items:
        return "No events."
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
    return aligned(header, rows) + _more(answer)


def dead(answer: Answer) -> str:
    """One line for each dead letter; below it what it is and how to end it."""
    items = answer["items"]
    if not items:
        return "Nothing is dead."
    keys = ("id", "key", "since", "reason")
    rows = [[item.get(key) for key in keys] for item in items]
    header, *lines = aligned([key.upper() for key in keys], rows).splitlines()
    told = [f"{line}\n{_ends(one)}" for line, one in zip(lines, items, strict=True)]
    return "\n".join([header, *told]) + _more(answer)


def _ends(letter: Answer) -> str:
    what = " ".join(str(letter.get(key) or "") for key in ("kind", "target", "value"))
    one = letter["id"]
    return f"    {what.strip()}\n    bridge retry {one}    or    bridge skip {one}"


def plan(answer: Answer) -> str:
    """The writes with their reasons."""
    actions = answer["actions"]
    if not actions:
        return "Nothing to do: both sides agree."
    keys = ("kind", "target", "value", "reason")
    rows = [[action.get(key) for key in keys] for action in actions]
    return aligned([key.upper() for key in keys], rows)


def _with_writes(event: Answer) -> str:
    writes = ", ".join(
        f"{action.get('kind')} {action.get('target')} {action.get('value')}"
        for action in event.get("actions") or ()
    )
    return "; ".join(part for part in (_cell(event.get("reason")), writes) if part)


def _pairs(what: Any) -> str:
    if not isinstance(what, Mapping):
        return _cell(what)
    told = {
        key.replace("_", " "): _cell(value)
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


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(_cell, value))
        case _:
            return " ".join(str(value).split())


def _more(answer: Answer) -> str:
    cursor = answer.get("next")
    return f"\n\nThere is more: --cursor {cursor}" if cursor else ""

"""What rules make of issues, as people read it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.cli.showing import Grid, Told

Answer = Mapping[str, Any]


def tests(answers: Sequence[Answer]) -> Told:
    """One block for each issue: what becomes of it, and the trace of the rules."""
    return [part for answer in answers for part in _test(answer)]


def rules(answer: Answer) -> Told:
    """One line for each rule in its order, the default last."""
    default = answer["default"]
    rows: list[Sequence[Any]] = [
        (
            number,
            one["name"],
            one["match"],
            f"{one['cases'] or 'default'}:{one['project'] or 'default'}",
            one["auto_create"],
            one["meets"],
            one["created"],
            one["warning"],
        )
        for number, one in enumerate(answer["rules"], 1)
    ]
    where = f"{default['cases'] or 'nowhere'}:{default['project'] or 'no project'}"
    counts = (default["meets"], default["created"])
    rows.append(("", "no rule matches", "", where, None, *counts, None))
    header = ("", "RULE", "MATCH", "CASES IN", "CREATES", "MEETS", "CREATED", "WARNING")
    how_many = f"Tried on {answer['recorded']} recorded issues"
    rest = "." if answer["is_all"] else ", the first of those there are."
    return [Grid(header, rows), how_many + rest]


def recorded(answer: Answer) -> Told:
    """One line for each recorded issue; with other rules, for each that would move."""
    items = answer["items"]
    if not items:
        return "No issue has been seen yet."
    if "changed" in answer:
        return _moves(answer)
    rows = [
        (item["issue"], *_place(item), item["case"] or "", item["why"])
        for item in items
    ]
    header = ("ISSUE", "RULE", "PROJECT", "CREATED", "HAS CASE", "WHY")
    return [Grid(header, rows)]


def _moves(answer: Answer) -> Told:
    moved = [item for item in answer["items"] if item["changed"]]
    rows = [
        (
            item["issue"],
            " / ".join(_place(item)),
            " / ".join(_place(item["against"])),
            item["case"] or "",
            item["against"]["why"],
        )
        for item in moved
    ]
    header = ("ISSUE", "NOW: RULE / PROJECT / CREATED", "THEN", "HAS CASE", "WHY")
    count = answer["changed"] + answer["unchanged"]
    told = f"{answer['changed']} of {count} recorded issues would go elsewhere."
    return [Grid(header, rows), told] if rows else told


def _test(answer: Answer) -> Iterator[str | Grid]:
    rule, project, created = _place(answer)
    lines = (
        [("Issue", f"{answer['issue']} {answer['title']}")] if "issue" in answer else []
    )
    lines += [("Rule", rule), ("Project", project), ("Created", created)]
    if answer.get("case"):
        lines.append(("Has case", answer["case"]))
    if other := answer.get("against"):
        lines.append(("Against", " / ".join(_place(other))))
    yield "\n".join(f"{name + ':':<9} {text}" for name, text in lines)
    trace = [
        (one["rule"], "yes" if one["matched"] else "no", one["why"])
        for one in answer["trace"]
    ]
    if trace:
        yield Grid(("RULE", "MATCHES", "WHY"), trace)


def _place(answer: Answer) -> tuple[str, str, str]:
    """By which rule, where, and whether by itself."""
    tracker, project = answer["cases"] or "nowhere", answer["project"] or "no project"
    created = "by itself" if answer["auto_create"] else "when asked"
    return answer["rule"] or "no rule", f"{tracker}:{project}", created

"""What rules make of issues, as people read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.cli.tables import aligned

Answer = Mapping[str, Any]


def tests(answers: Sequence[Answer]) -> str:
    """One block for each issue: what becomes of it, and the trace of the rules."""
    return "\n\n".join(map(_test, answers))


def recorded(answer: Answer) -> str:
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
    return aligned(header, rows)


def _moves(answer: Answer) -> str:
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
    return f"{aligned(header, rows)}\n\n{told}" if rows else told


def _test(answer: Answer) -> str:
    rule, project, created = _place(answer)
    lines = (
        [("Issue", f"{answer['issue']} {answer['title']}")] if "issue" in answer else []
    )
    lines += [("Rule", rule), ("Project", project), ("Created", created)]
    if answer.get("case"):
        lines.append(("Has case", answer["case"]))
    if other := answer.get("against"):
        lines.append(("Against", " / ".join(_place(other))))
    head = "\n".join(f"{name + ':':<9} {text}" for name, text in lines)
    trace = [
        (one["rule"], "yes" if one["matched"] else "no", one["why"])
        for one in answer["trace"]
    ]
    return f"{head}\n\n{aligned(('RULE', 'MATCHES', 'WHY'), trace)}" if trace else head


def _place(answer: Answer) -> tuple[str, str, str]:
    """By which rule, where, and whether by itself."""
    tracker, project = answer["cases"] or "nowhere", answer["project"] or "no project"
    created = "by itself" if answer["auto_create"] else "when asked"
    return answer["rule"] or "no rule", f"{tracker}:{project}", created

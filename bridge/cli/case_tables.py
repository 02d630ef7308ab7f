"""Cases and links as people read them."""

from collections.abc import Iterator, Mapping
from typing import Any

from bridge.cli import tables
from bridge.cli.showing import Grid, Told

Answer = Mapping[str, Any]


def links(answer: Answer) -> Told:
    """One line for each link."""
    items = answer["items"]
    if not items:
        return ["No issue is linked to a case.", *tables.more(answer)]
    keys = ("issue", "state", "case", "case_key", "status")
    rows = [[*(one.get(key) for key in keys), _matter(one)] for one in items]
    header = ("ISSUE", "STATE", "CASE", "KEY", "STATUS", "MATTER")
    return [Grid(header, rows), *tables.more(answer)]


def cases(answer: Answer) -> Told:
    """One line for each case, with its issues under it."""
    items = answer["items"]
    if not items:
        return ["No case fits.", *tables.more(answer)]
    keys = ("case", "case_key", "status")
    rows = [[*(one[key] for key in keys), _matter(one), one["title"]] for one in items]
    below = ["\n".join(map(_issue, one["issues"])) for one in items]
    header = ("CASE", "KEY", "STATUS", "MATTER", "TITLE")
    return [Grid(header, rows, below), *tables.more(answer)]


def case(answer: Answer) -> Told:
    """Both sides of one case, and what is dead of it."""
    base = answer["base"]
    name = answer["case_key"] or answer["case"]
    held = base["case"] or {}
    rows = [
        (name, answer["status"], held.get("status_group"), *_assignee(held)),
        *(
            (one["issue"], one["state"], agreed.get("state"), *_assignee(agreed))
            for one in answer["issues"]
            for agreed in (base["issues"].get(one["issue"]) or {},)
        ),
    ]
    header = ("WHAT", "SEEN LAST", "AGREED", "ASSIGNEE AGREED")
    parts: list[str | Grid] = [_head(answer), Grid(header, rows)]
    parts += _matters(answer)
    if answer["dead"]:
        dead = tables.dead({"items": answer["dead"]})
        parts += [dead] if isinstance(dead, str) else dead
    return parts


def _head(answer: Answer) -> str:
    lines = [" ".join(filter(None, (answer["case"], answer["title"]))), answer["url"]]
    if answer["due"]:
        lines.append("It is due to be looked at.")
    return "\n".join(filter(None, lines))


def _matters(answer: Answer) -> Iterator[Grid]:
    told = [
        (answer["case"], answer),
        *((one["issue"], one) for one in answer["issues"]),
    ]
    rows = [
        (name, word, one[word])
        for name, one in told
        for word in ("paused", "drift", "gone")
        if one.get(word) and (word != "paused" or one is answer)
    ]
    if rows:
        yield Grid(("OF", "MATTER", "WHY"), rows)


def _assignee(held: Answer) -> tuple[str | None]:
    return ((held.get("assignee") or {}).get("person"),)


def _issue(link: Answer) -> str:
    matter = _matter(link)
    told = f"    {link['issue']} {link['state']}" + (f" ({matter})" if matter else "")
    return f"{told}  {link['issue_title']}".rstrip()


def _matter(one: Answer) -> str:
    """In a word each."""
    words = {"paused": "paused", "drift": "drifted", "gone": "gone"}
    return ", ".join(word for key, word in words.items() if one.get(key))

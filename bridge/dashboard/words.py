"""Values of the API in words: states, changes, writes, moments, and names for ids."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

Json = Mapping[str, Any]
Names = Mapping[str, str]

GROUPS = {
    "FOR_REVIEW": "open",
    "REVIEWED": "in-progress",
    "RESOLVED": "closed",
    "IGNORED": "closed",
    "EXCLUDED": "closed",
    "OPEN": "open",
    "IN_PROGRESS": "in-progress",
    "CLOSED": "closed",
}
_CAUSES = {
    "delivery": "a webhook from",
    "poll": "the bridge's own look at",
    "link": "a link made to an issue of",
    "operator": "an operator, for",
}
_SAID_ALREADY = ("look", "linked")
_COMMENTS = {
    "create_comment": "copy the comment",
    "edit_comment": "rewrite the copy",
    "delete_comment": "delete the copy",
}
_WRITES = {
    "set_issue_assignee": "assign to",
    "set_case_assignee": "assign to",
    "create_case": "create a case in",
    "look": "look at it",
}
_STATUSES = {
    "done": "done",
    "failed": "failed, tried again",
    "dead": "given up",
    "would": "would be written",
    "planned": "not written yet",
}
_ID = re.compile(r"\b[a-z][a-z0-9_-]*:[^\s,;\"'()]*[^\s,;:.\"'()]")
_OURS = re.compile(
    r"\b(?:(?:set|create|edit|delete|list)(?:_[a-z]+)+|FOR_REVIEW|IN_PROGRESS)\b"
)
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


_ABILITIES = {
    "create": "create what is not there yet",
    "search": "find what has changed or is new",
    "modification time": "tell when something was changed",
    "webhook on state": "call when a state changes",
    "webhook on assignee": "call when an assignee changes",
    "webhook on comment": "call when somebody comments",
    "webhook on new": "call when something is new",
}


_HEADLINES = {
    403: "You may not do that",
    404: "There is no such thing",
    429: "Too many tries",
    500: "A fault of the bridge",
    502: "A tracker did not do it",
    503: "Not just now",
}


def headline(status: int) -> str:
    """What the page of an error says first."""
    return _HEADLINES.get(status, "It was not done")


def able_to(ability: str) -> str:
    """An ability as what its tracker does."""
    return _ABILITIES.get(ability, ability)


def word(value: object) -> str:
    """A name of ours as people read it: ``FOR_REVIEW`` is *for review*."""
    return str(value).replace("_", " ").lower()


def group(value: object) -> str:
    """The class of a state or a status group, for its look beside its name."""
    return GROUPS.get(str(value), "plain")


def heard(event: Json) -> str:
    """What made the bridge look."""
    kind = event["kind"]
    kind = f" ({kind})" if kind and kind not in _SAID_ALREADY else ""
    cause = _CAUSES.get(event["cause"], f"{event['cause']} from")
    return f"{cause} {event['tracker']}{kind}"


def is_echo(event: Json) -> bool:
    """True for what our own write came back as."""
    return str(event["reason"]).startswith("echo")


def subject(change: Json) -> str:
    """What was edited."""
    return str(change.get("thing") or change.get("issue") or change["case"])


def web_address(url: object) -> str:
    """*url* if a browser may follow it, for it comes from a tracker."""
    return str(url) if str(url).startswith(("https://", "http://")) else ""


def echoes_of(events: Sequence[Json]) -> dict[str, list[Json]]:
    """The echoes among *events*, newest first, by the delivery whose writes came back:
    the last one before them that wrote to the same case."""
    found: dict[str, list[Json]] = {}
    for at, event in enumerate(events):
        if is_echo(event):
            before = (
                one["delivery"]
                for one in events[at + 1 :]
                if one["key"] == event["key"] and one["actions"]
            )
            if origin := next(before, None):
                found.setdefault(origin, []).append(event)
    return found


def write(action: Json) -> str:
    """What an action does, but for its value."""
    kind = action["kind"]
    if kind in _COMMENTS:
        return _COMMENTS[kind]
    if kind == "list_issue_on_case":
        return "shows its issue"
    return _WRITES.get(kind, "set to")


def shown_value(action: Json, names: Names) -> str:
    """The value an action writes, where it says something to people."""
    if action["kind"] in _COMMENTS or action["kind"] == "look":
        return ""
    if action["kind"] == "list_issue_on_case":
        return named(action["value"], names)
    return str(action["value"])


def fate(action: Json) -> str:
    """How far a write has come."""
    return _STATUSES.get(action["status"], str(action["status"]))


def named(thing: object, names: Names) -> str:
    """What people call *thing*, else its id."""
    return names.get(str(thing), str(thing))


def plain(text: object, names: Names) -> str:
    """A reason in which ids are the names that people know, and ours are words."""
    told = _ID.sub(lambda hit: named(hit[0], names), str(text or ""))
    return _OURS.sub(lambda hit: hit[0].replace("_", " "), told)


def names_in(rows: Iterable[Json]) -> dict[str, str]:
    """What cases and issues of these cases are called."""
    names: dict[str, str] = {}
    for row in rows:
        names[row["case"]] = row["case_key"] or row["case"]
        for issue in row["issues"]:
            names[issue["issue"]] = issue["issue_title"] or issue["issue"]
    return names


def cause(reason: object) -> str:
    """A reason without what is different each time."""
    return _UUID.sub("…", str(reason))


def moment(text: str | None) -> Markup:
    """A time of the API as an element; the script shows it in the reader's own zone."""
    if not text:
        return Markup('<span class="never">never</span>')
    at = datetime.fromisoformat(text).astimezone(UTC)
    full = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        text, full, f"{at:%H:%M:%S}" if _is_today(at) else f"{at:%b %d, %H:%M}"
    )


def _is_today(at: datetime) -> bool:
    return at.date() == datetime.now(UTC).date()


def lasting(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 1:
        return "under 1 s" if seconds else "none"
    if seconds < _MINUTE:
        return f"{int(seconds)} s"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE)} min"
    return f"{int(seconds // _DAY)} d"

"""Finds the ids of issues and cases in whatever text an operator's template holds."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

_UUID = (
    r"(?<![0-9a-z-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"(?![0-9a-z-])"
)
_KEY = r"(?<![0-9a-z-])[a-z][a-z0-9_]{0,9}-[1-9][0-9]{0,11}(?![0-9a-z-])"
_IS = r"[\s\"']{0,3}[:=][\s\"']{0,3}"
_ISSUE = re.compile(
    rf"(?<![a-z])(?:issue_?id|issue\.id){_IS}({_UUID})"
    rf"|/error-tracking/issue/({_UUID})",
    re.IGNORECASE,
)
_CASE = re.compile(
    rf"(?<![a-z])(?:case_?(?:id|key)|case\.(?:id|key)){_IS}({_UUID}|{_KEY})"
    rf"|/cases?/({_UUID}|{_KEY})",
    re.IGNORECASE,
)
_ANY_UUID = re.compile(_UUID, re.IGNORECASE)
_ANY_KEY = re.compile(_KEY, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """The ids that a piece of text names; either may be missing."""

    issue: str | None = None
    case: str | None = None

    def __or__(self, other: "Named") -> "Named":
        """These ids, and where one is missing the other's."""
        return Named(self.issue or other.issue, self.case or other.case)


def uuid_of(text: str) -> str | None:
    """*text* as a UUID in lower case, or None when it is none."""
    return text.lower() if _ANY_UUID.fullmatch(text) else None


def case_id_of(text: str) -> str | None:
    """*text* as the UUID or the key of a case, or None when it is neither."""
    return uuid_of(text) or (text.upper() if _ANY_KEY.fullmatch(text) else None)


def named_in(text: str) -> Named:
    """The first issue and the first case that *text* says it is about."""
    readable = unquote(text)
    issue = _ISSUE.search(readable)
    case = _CASE.search(readable)
    return Named(
        uuid_of(issue[1] or issue[2]) if issue else None,
        case_id_of(case[1] or case[2]) if case else None,
    )


def only_uuid_in(text: str) -> str | None:
    """The UUID in *text*, if it holds exactly one."""
    found = {uuid.lower() for uuid in _ANY_UUID.findall(unquote(text))}
    return found.pop() if len(found) == 1 else None

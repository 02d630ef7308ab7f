"""Tells what can be the id of an issue or a case, and finds such ids in any text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from bridge.ports.errors import GoneError

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
# What every UUID and every key has, found fast: the searches above try every letter of
# a text, and most texts hold no id at all.
_PART_OF_UUID = re.compile(r"-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-", re.IGNORECASE)
_PART_OF_KEY = re.compile(r"-[1-9]")
_KEY_AS_WRITTEN = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{0,9}-[1-9][0-9]{0,11}(?![\w-])")
# Which keys there are is Datadog's to say: this is wider than what is documented.
_MAYBE_KEY = re.compile(r"\w{1,64}-\d{1,18}", re.ASCII)
_HYPHEN = "-"
_SHOWN = 60

MOST = 20
"""How many ids of one kind are taken from one delivery; the best are found first."""


@dataclass(frozen=True, slots=True)
class Named:
    """The ids that a piece of text names, best first and each once."""

    issues: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()

    def __or__(self, other: "Named") -> "Named":
        """These ids, and behind them the other's."""
        if not other.issues and not other.cases:
            return self
        return Named(
            _first((*self.issues, *other.issues)), _first((*self.cases, *other.cases))
        )


NOTHING = Named()


def uuid_of(text: str) -> str | None:
    """*text* as a UUID in lower case, or None when it is none."""
    return text.lower() if _ANY_UUID.fullmatch(text) else None


def case_id_of(text: str) -> str | None:
    """*text* as the UUID or the key of a case, or None when it is neither."""
    return uuid_of(text) or (text.upper() if _ANY_KEY.fullmatch(text) else None)


def issue_called(own: str) -> str:
    """The UUID *own* as it stands in a path; GoneError when no issue can have it."""
    uuid = uuid_of(own)
    if uuid is None:
        raise GoneError(f"no issue can be called {_shown(own)}: it is no UUID")
    return uuid


def case_called(own: str) -> str:
    """*own*, a UUID or perhaps a key; GoneError when no case can be called so."""
    if not _ANY_UUID.fullmatch(own) and not _MAYBE_KEY.fullmatch(own):
        why = "it is neither a UUID nor a key such as SHOP-12"
        raise GoneError(f"no case can be called {_shown(own)}: {why}")
    return own


def named_in(text: str) -> Named:
    """The issues and the cases that *text* says it is about."""
    if _HYPHEN not in text and "%" not in text:
        return NOTHING
    readable = unquote(text)
    if not _PART_OF_UUID.search(readable) and not _PART_OF_KEY.search(readable):
        return NOTHING
    issues = (uuid_of(found[1] or found[2]) for found in _ISSUE.finditer(readable))
    cases = (case_id_of(found[1] or found[2]) for found in _CASE.finditer(readable))
    return Named(_first(issues), _first(cases))


def uuids_in(text: str) -> tuple[str, ...]:
    """Every UUID in *text*, whatever it is said to be."""
    if _HYPHEN not in text and "%" not in text:
        return ()
    readable = unquote(text)
    if not _PART_OF_UUID.search(readable):
        return ()
    return _first(found[0].lower() for found in _ANY_UUID.finditer(readable))


def keys_in(text: str) -> tuple[str, ...]:
    """Every word in *text* that looks like the key of a case, such as SHOP-12."""
    return _first(found[0] for found in _KEY_AS_WRITTEN.finditer(unquote(text)))


def _shown(own: str) -> str:
    return repr(own if len(own) <= _SHOWN else own[:_SHOWN] + "…")


def _first(found: Iterable[str | None]) -> tuple[str, ...]:
    distinct: dict[str, None] = {}
    for one in found:
        if len(distinct) == MOST:
            break
        if one is not None:
            distinct[one] = None
    return tuple(distinct)

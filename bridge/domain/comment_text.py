"""The text of a copied comment: who wrote it, made harmless, cut to fit, marked."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NewType
from urllib.parse import quote

from bridge.domain.comment_cut import closed, cut, prefix, units
from bridge.domain.model import CaseId, Comment, IssueId

Thing = IssueId | CaseId
"""What comments are written on."""

Marker = NewType("Marker", str)
"""What tells one copy from every other: 16 hexadecimal digits."""

SHORTEST_LIMIT = 500
"""The least room for a copy, in UTF-16 units: everything but the text fits in it."""

_NAME_LIMIT = 80
_ZERO_WIDTH = "\u200b"

# Brackets are not asked for: trackers escape them, or make links of what is in them.
_MARKED = re.compile(
    r"(?<![a-z0-9])bridge\\?:[ \t]?([0-9a-f]{16})(?![0-9a-f])", re.IGNORECASE | re.ASCII
)
_LIKE_A_MARKER = re.compile(
    r"(bridge\\?):(?=[ \t]?[0-9a-f]{16})", re.IGNORECASE | re.ASCII
)
_MENTION = re.compile(
    rf"""
    (?: (?<![A-Za-z0-9])
        (?: @ | &\#0*64(?:;|(?![\d;])) | &\#x0*40(?:;|(?![\da-f;])) | &commat; )
      | [\uff20\ufe6b]                  # @ in full width and small
      | < (?= [@!\#] | /?at\b )         # <@U123>, <!channel>, <at>Ann</at>
      | \[ (?= ~ )                      # [~ann]
    ) (?= [^\s{_ZERO_WIDTH}] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TAGS_AND_ENTITIES = re.compile(r"</?[a-z][^<>]*>|&#?\w+;", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an original stands: the name of its tracker, and a page if there is one."""

    tracker: str
    url: str = ""


def marker_of(origin: Thing, comment: str, target: Thing) -> Marker:
    """The marker of the copy on *target* of *comment* on *origin*: always the same."""
    return Marker(_digest(f"{origin}\0{comment}\0{target}")[:16])


def fingerprint(text: str) -> str:
    """The same for equal texts only; line ends and outer white space do not count."""
    return _digest(_with_plain_lines(text).strip())[:32]


def markers_in(text: str) -> tuple[Marker, ...]:
    """Every marker in *text*, whatever its tracker has made of it."""
    return tuple(Marker(found.lower()) for found in _MARKED.findall(text))


def closing_marker(text: str) -> Marker | None:
    """The marker of a text that has one only and ends in it, as copies do."""
    found = markers_in(text)
    if len(found) != 1:
        return None
    bare = _TAGS_AND_ENTITIES.sub("", text).lower()
    after = bare.rpartition(found[0])[2]
    return None if any(char.isalnum() for char in after) else found[0]


def render(comment: Comment, origin: Origin, marker: Marker, limit: int) -> str:
    """The text of the copy of *comment*, at most *limit* UTF-16 units long.

    ValueError when *limit* is less than SHORTEST_LIMIT.
    """
    if limit < SHORTEST_LIMIT:
        raise ValueError(f"a comment needs room for {SHORTEST_LIMIT} characters")
    head = f"{_heading(comment, origin)}\n\n"
    link = _link(comment.url or origin.url, limit)
    text = harmless(comment.text).strip("\n").rstrip()
    where = f"Original: {link}\n" if link else ""
    whole = f"{head}{closed(text)}\n\n{where}[bridge:{marker}]"
    if units(whole) <= limit:
        return whole
    note = (
        f"the whole text: {link}" if link else f"the whole text is on {_name(origin)}"
    )
    tail = f"\n\n\u2026 (cut; {note})\n[bridge:{marker}]"
    return head + cut(text, limit - units(head) - units(tail)) + tail


def harmless(text: str) -> str:
    """*text* in which nothing calls a person or passes for a marker of ours."""
    text = _LIKE_A_MARKER.sub(r"\1 ", _with_plain_lines(_as_unicode(text)))
    return _MENTION.sub(rf"\g<0>{_ZERO_WIDTH}", text)


def _heading(comment: Comment, origin: Origin) -> str:
    """The first line; it begins with a word, or a name could begin a code block."""
    author = comment.author
    name = _short(author.name or author.email) if author else ""
    when = f", {_minute(comment.created_at)}" if comment.created_at else ""
    return f"From {name or 'somebody'} on {_name(origin)}{when}:"


def _name(origin: Origin) -> str:
    return _short(origin.tracker)


def _short(name: str) -> str:
    return prefix(harmless(" ".join(name.split())), _NAME_LIMIT)


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _link(url: str, limit: int) -> str:
    """*url* without what ends a link or calls a person; empty when it is too long."""
    link = quote(url.strip(), safe="%/:?#=&;+,~!$*-._", errors="replace")
    link = _LIKE_A_MARKER.sub(r"\1%3A", link)
    return link if len(link) <= limit // 4 else ""


def _with_plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_unicode(text: str) -> str:
    """*text* without what no tracker can be sent: half characters and NUL."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\ufffd")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

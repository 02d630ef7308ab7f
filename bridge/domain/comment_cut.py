"""Cuts a text where nothing is torn apart: characters, signs on them, code blocks."""

import re
import unicodedata

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<rest>.*)")
_JOINER = "\u200d"


def units(text: str) -> int:
    """The length of *text* in UTF-16 units, the longest way in which trackers count."""
    return len(text) + sum(char > "\uffff" for char in text)


def prefix(text: str, room: int) -> str:
    """The longest beginning of *text* of at most *room* units that tears nothing."""
    end = used = 0
    for char in text:
        used += 2 if char > "\uffff" else 1
        if used > room:
            break
        end += 1
    while 0 < end < len(text) and _belong_together(text[end - 1], text[end]):
        end -= 1
    return text[:end]


def closed(text: str) -> str:
    """*text* with a code block that is left open at its end closed."""
    fence = _open_fence(text)
    return f"{text}\n{fence}" if fence else text


def cut(text: str, room: int) -> str:
    """A beginning of *text* that is closed and has at most *room* units."""
    left = room
    while True:
        shown = closed(prefix(text, left).rstrip())
        excess = units(shown) - room
        if excess <= 0:
            return shown
        left -= excess


def _open_fence(text: str) -> str:
    """What closes the code block open at the end of *text*; empty when none is."""
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.fullmatch(line)
        if found is None:
            continue
        if not fence:
            fence = found["fence"]
        elif found["fence"].startswith(fence) and not found["rest"].strip():
            fence = ""
    return fence


def _belong_together(char: str, following: str) -> bool:
    """True when the two are shown as one."""
    return (
        unicodedata.category(following).startswith("M")
        or _JOINER in (char, following)
        or "\U0001f3fb" <= following <= "\U0001f3ff"  # the colours of skin
        or "\U000e0020" <= following <= "\U000e007f"  # the tags in some flags
        or "\u1160" <= following <= "\u11ff"  # the later parts of a Korean syllable
        or (_is_regional(char) and _is_regional(following))
    )


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"

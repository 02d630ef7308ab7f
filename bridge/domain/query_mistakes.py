"""What is wrong with a query, where, and how to write it instead."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from bridge.domain.query import NAMES

_SHOWN = 60
"""Characters of a query that are shown around a mistake."""

_BESIDE_OPERATOR = "write a term such as service:web on both sides of it"


class QueryError(ValueError):
    """A query that cannot be read: *text*, the *column* counted from 1, the remedy.

    Its own text names the column, says what to write, and points at the place.
    """

    def __init__(self, text: str, column: int, remedy: str) -> None:
        super().__init__(f"column {column}: {remedy}\n{_pointed(text, column)}")
        self.text = text
        self.column = column
        self.remedy = remedy


def unreadable(text: str, at: int) -> QueryError:
    """The mistake where no term, operator or parenthesis begins at *at*."""
    word = re.match(r'[^\s()":*\\]*', text[at:])
    name = word[0] if word else ""
    value = text[at + len(name) :]
    if not name and re.search(r"[^\s()]$", text[:at]):
        return QueryError(text, at + 1, _bad_end(value))
    if not value.startswith(":"):
        return QueryError(text, at + 1, _bare(name, value[:1]))
    if not name:
        return QueryError(text, at + 1, "write the name of an attribute before the :")
    inside, remedy = _bad_value(name, value)
    return QueryError(text, at + len(name) + inside + 1, remedy)


def unknown(name: str) -> str:
    """The remedy for an attribute that no issue has."""
    close = get_close_matches(name.lower(), NAMES, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there is: {', '.join(NAMES)}"
    return f"unknown attribute {_cut(name)}; {hint}"


def misplaced(text: str, at: int, word: str) -> QueryError:
    """The mistake of *word* where something else must stand; empty: at the end."""
    opened = list(_open_parentheses(text[:at]))
    before = text[:at].rstrip()
    match word:
        case ")" if before.endswith("("):
            remedy = "write something between the parentheses"
        case ")" if not opened:
            remedy = "no ( belongs to this )"
        case "" if opened and not re.search(r"(?:\b(?:AND|OR)|[-(])$", before):
            return QueryError(text, opened[-1] + 1, "write a ) for this (")
        case "":
            remedy = "something is missing at the end; write a term such as service:web"
        case ")":
            remedy = "write a term such as service:web before it"
        case _:
            remedy = f"{word} joins two terms; {_BESIDE_OPERATOR}"
    return QueryError(text, at + 1, remedy)


def _bare(name: str, following: str) -> str:
    """What to write for a word that asks for no attribute."""
    word, such_as = name.upper(), "write which attribute it is, such as service:"
    match following:
        case _ if word in ("AND", "OR"):
            return f"write {word} in upper case"
        case _ if word == "NOT":
            return "write - before a term instead of NOT"
        case '"' if not name:
            return f'{such_as}"…"'
        case "*":
            return f"{such_as}{_cut(name)}*"
        case _:
            return f"{such_as}{_cut(name or 'web')}"


def _bad_value(name: str, value: str) -> tuple[int, str]:
    """How far into *value*, which begins with the colon, it is wrong, and why."""
    read = re.match(r':(?:[^\s()"\\]|\\(?![*"()\s])|"(?:[^"\\]|\\[\s\S])*")*', value)
    end = read.end() if read else 1
    rest = value[end:]
    if rest.startswith(('"', "\\")):
        return end, _bad_end(rest)
    if end > 1:
        closing = value.rfind('"', 0, end)
        return closing + 1, "write a space behind the closing quote"
    if rest.startswith("("):
        return end, f"write the attribute before each value: {name}:a OR {name}:b"
    return end, f"write a value behind the colon; {name}:* is any"


def _bad_end(rest: str) -> str:
    """Why a value cannot go on with *rest*, a quote or a backslash."""
    if rest.startswith("\\"):
        return 'a backslash escapes only within quotes; write the value as "…"'
    if re.match(r'"(?:[^"\\]|\\[\s\S])*"', rest):
        return "write a space behind the closing quote"
    return 'the quote is never closed; write a " at its end'


def _open_parentheses(text: str) -> Iterator[int]:
    opened: list[int] = []
    for found in re.finditer(r'"(?:[^"\\]|\\[\s\S])*"|[()]', text):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] == ")" and opened:
            opened.pop()
    yield from opened


def _pointed(text: str, column: int) -> str:
    """The query around the place, and a caret below it."""
    begin = max(0, column - 1 - _SHOWN // 2)
    shown = "".join(c if c.isprintable() else " " for c in text[begin:][:_SHOWN])
    return f"  {shown}\n  {' ' * (column - 1 - begin)}^"


def _cut(word: str) -> str:
    return word if len(word) <= _SHOWN // 2 else f"{word[: _SHOWN // 2]}…"

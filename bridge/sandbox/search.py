"""The search bar's language, as much of it as a sync needs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

Fields = Callable[[str], tuple[str, ...] | None]
"""The values a thing has under a name; the empty name asks for its free text."""

Matcher = Callable[[Fields], bool]

_TOKEN = re.compile(
    r"""\s*(?: (?P<mark>[()]) | (?P<minus>-(?=\S))
      | (?P<term>(?:[^\s():"]+:)?(?:"(?:[^"\\]|\\.)*"|[^\s()"]+|(?=\())) )""",
    re.VERBOSE,
)


class BadQuery(ValueError):
    """The query cannot be read."""


@dataclass
class _Reader:
    tokens: list[str]
    at: int = 0
    prefix: str = ""

    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]


def parse(query: str) -> Matcher:
    """A test for the things that *query* asks for; an empty query finds all."""
    reader = _Reader(_tokens(query))
    if reader.peek() in {None, "*"}:
        return lambda _: True
    matcher = _either(reader)
    if reader.peek() is not None:
        raise BadQuery(f"unexpected {reader.peek()}")
    return matcher


def _tokens(query: str) -> list[str]:
    found, at = [], 0
    text = query.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            raise BadQuery(f"cannot read query at {at}")
        found.append(match.group(0).strip())
        at = match.end()
    return found


def _either(reader: _Reader) -> Matcher:
    parts = [_all(reader)]
    while reader.peek() == "OR":
        reader.take()
        parts.append(_all(reader))
    return lambda fields: any(part(fields) for part in parts)


def _all(reader: _Reader) -> Matcher:
    parts = [_one(reader)]
    while reader.peek() not in {None, "OR", ")"}:
        if reader.peek() == "AND":
            reader.take()
        parts.append(_one(reader))
    return lambda fields: all(part(fields) for part in parts)


def _one(reader: _Reader) -> Matcher:
    if reader.peek() in {None, "AND", "OR", ")"}:
        raise BadQuery("query ends too early")
    token = reader.take()
    if token in {"-", "NOT"}:
        negated = _one(reader)
        return lambda fields: not negated(fields)
    if token == "(":  # noqa: S105 - a parenthesis, not a password
        return _group(reader, reader.prefix)
    if token.endswith(":") and reader.peek() == "(":
        reader.take()
        return _group(reader, token)
    return _term(token if ":" in token else reader.prefix + token)


def _group(reader: _Reader, prefix: str) -> Matcher:
    """What stands in parentheses; in ``team:(a OR b)`` the name counts for all."""
    outer, reader.prefix = reader.prefix, prefix
    inner = _either(reader)
    reader.prefix = outer
    if reader.peek() != ")":
        raise BadQuery("missing )")
    reader.take()
    return inner


def _term(token: str) -> Matcher:
    name, colon, value = token.partition(":")
    if token.startswith('"') or not colon:
        return lambda fields: _has_text(fields, _unquoted(token))
    wanted = _unquoted(value).lower()
    return lambda fields: any(
        fnmatchcase(held.lower(), wanted) for held in fields(name.lower()) or ()
    )


def _has_text(fields: Fields, wanted: str) -> bool:
    return any(wanted.lower() in text.lower() for text in fields("") or ())


def _unquoted(value: str) -> str:
    if len(value) > 1 and value.startswith('"'):
        return value[1:-1].replace('\\"', '"')
    return value

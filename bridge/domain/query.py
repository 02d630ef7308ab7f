"""The match language as values: what a rule asks of an issue, and whether it is so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never
from unicodedata import normalize

Attributes = Mapping[str, tuple[str, ...]]
"""What a tracker tells of an issue: name to values; a missing name has no value."""

TAG = "tag"

NAMES = (
    "service",
    "team",
    "env",
    "platform",
    "language",
    "type",
    "message",
    "project",
    TAG,
)
"""The attributes that a query may ask for."""

_NEEDS_QUOTES = re.compile(r'[\s()"*\\]')


@dataclass(frozen=True, slots=True)
class Pattern:
    """Literal *pieces* with a wildcard between each two; one piece is an exact value.

    Only the first and the last piece may be empty.
    """

    pieces: tuple[str, ...]

    @property
    def has_wildcard(self) -> bool:
        """True when it fits more than one value."""
        return len(self.pieces) > 1

    def fits(self, value: str) -> bool:
        """True when *value* is such a value, whatever the letter case."""
        return fits(self.folded, fold(value))

    @property
    def folded(self) -> tuple[str, ...]:
        """The pieces as they are compared."""
        return tuple(map(fold, self.pieces))

    def __str__(self) -> str:
        return "*".join(_quoted(piece) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Has:
    """Some value of the attribute *name* fits the pattern."""

    name: str
    pattern: Pattern

    def found(self, attributes: Attributes) -> str | None:
        """The first value that fits."""
        values = attributes.get(self.name, ())
        return next(filter(self._fits, values), None)

    def _fits(self, value: str) -> bool:
        if self.pattern.fits(value):
            return True
        _, colon, rest = value.partition(":")
        return self.name == TAG and bool(colon) and self.pattern.fits(rest)

    def __str__(self) -> str:
        return f"{self.name}:{self.pattern}"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of *query*."""

    query: "Query"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of *queries*; without any it asks nothing."""

    queries: tuple["Query", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of *queries*."""

    queries: tuple["Query", ...]


Query = Has | Not | AllOf | AnyOf

EVERYTHING = AllOf()


def matches(query: Query, attributes: Attributes) -> bool:
    """True when an issue with *attributes* is what *query* asks for."""
    match query:
        case Has():
            return query.found(attributes) is not None
        case Not(inner):
            return not matches(inner, attributes)
        case AllOf(queries):
            return all(matches(each, attributes) for each in queries)
        case AnyOf(queries):
            return any(matches(each, attributes) for each in queries)
        case _:
            assert_never(query)


def atoms(query: Query) -> Iterator[Has]:
    """Every single question in *query*, in order, repetitions included."""
    match query:
        case Has():
            yield query
        case Not(inner):
            yield from atoms(inner)
        case AllOf(queries) | AnyOf(queries):
            for each in queries:
                yield from atoms(each)
        case _:
            assert_never(query)


def text_of(query: Query) -> str:
    """*query* as somebody would write it; parsed again it is the same."""
    match query:
        case Has():
            return str(query)
        case Not(inner):
            return f"-{_within(inner)}"
        case AllOf(queries):
            return " ".join(map(_within, queries))
        case AnyOf(queries):
            parts = (
                _within(each) if isinstance(each, AnyOf) else text_of(each)
                for each in queries
            )
            return " OR ".join(parts)
        case _:
            assert_never(query)


def fold(text: str) -> str:
    """*text* as it is compared: without letter case, and one spelling of accents."""
    return normalize("NFC", text.casefold())


def fits(pieces: Sequence[str], value: str) -> bool:
    """True when folded *pieces* with anything between them are the folded *value*."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return value == first
    if len(value) < len(first) + len(last):
        return False
    if not (value.startswith(first) and value.endswith(last)):
        return False
    at, end = len(first), len(value) - len(last)
    for piece in pieces[1:-1]:
        at = value.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def _within(query: Query) -> str:
    text = text_of(query)
    return f"({text})" if isinstance(query, AllOf | AnyOf) else text


def _quoted(piece: str) -> str:
    if not _NEEDS_QUOTES.search(piece):
        return piece
    escaped = piece.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

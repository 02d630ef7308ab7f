"""Reads a query as people write it, and says where and why it cannot be read."""

import re
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from bridge.domain import query_mistakes
from bridge.domain.query import (
    EVERYTHING,
    NAMES,
    AllOf,
    AnyOf,
    Has,
    Not,
    Pattern,
    Query,
    fold,
)
from bridge.domain.query_mistakes import QueryError

LONGEST = 4096
"""Characters that a query may have."""

DEEPEST = 32
"""Parentheses and minus signs that may stand one within the other."""

_NAME = r'[^\s()":*\\-][^\s()":*\\]*'
_BARE = r'(?:[^\s()"\\]|\\(?![*"()\s]))'
_QUOTED = r'"(?:[^"\\]|\\[\s\S])*"(?=[*\s()]|$)'

# AND binds tighter than OR, and what stands side by side is joined by AND. The words
# are upper case as in Datadog: in lower case they are a mistake that is told.
_GRAMMAR = rf"""
start: any?
?any: all (_OR all)*        -> any_of
?all: one (_AND? one)*      -> all_of
?one: MINUS one             -> negated
    | LPAR any _RPAR        -> enclosed
    | TERM                  -> term

MINUS: "-"
LPAR: "("
_RPAR: ")"
_OR: /OR(?![^\s()])/
_AND: /AND(?![^\s()])/
TERM: /{_NAME}:(?:{_BARE}|{_QUOTED})+/
%ignore /\s+/
"""

_PIECE = re.compile(rf'(?P<quoted>{_QUOTED})|(?P<star>\*)|(?P<bare>[^*"]+)')


class _Mistake(Exception):
    """Something wrong that only the meaning shows, at the token."""

    def __init__(self, at: Token, remedy: str) -> None:
        super().__init__(remedy)
        self.at = at.start_pos or 0
        self.remedy = remedy


@v_args(inline=True)
class _Reader(Transformer[Token, Query]):
    """Makes the values of a query while it is parsed."""

    def start(self, query: Query = EVERYTHING) -> Query:
        return query

    def any_of(self, *queries: Query) -> Query:
        return queries[0] if len(queries) == 1 else AnyOf(queries)

    def all_of(self, *queries: Query) -> Query:
        return queries[0] if len(queries) == 1 else AllOf(queries)

    def negated(self, minus: Token, query: Query) -> Query:
        return _not_too_deep(minus, Not(query))

    def enclosed(self, opening: Token, query: Query) -> Query:
        return _not_too_deep(opening, query)

    def term(self, token: Token) -> Query:
        name, _, value = token.partition(":")
        if fold(name) not in NAMES:
            raise _Mistake(token, query_mistakes.unknown(name))
        pattern = _pattern(value)
        if pattern == Pattern(("",)):
            remedy = f"nothing has an empty value; write -{name}:* for issues without"
            raise _Mistake(token, remedy)
        return Has(fold(name), pattern)


@cache
def _parser() -> Lark:
    """Made when a query is first read: that takes longer than reading a thousand."""
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Reader())


def _not_too_deep(at: Token, query: Query) -> Query:
    if _depth(query) > DEEPEST:
        raise _Mistake(at, f"nested more than {DEEPEST} deep; make it several rules")
    return query


def parse(text: str) -> Query:
    """The query that *text* stands for; QueryError says what is wrong with it."""
    if len(text) > LONGEST:
        remedy = f"the query is longer than {LONGEST} characters; make it two rules"
        raise QueryError(text, LONGEST + 1, remedy)
    try:
        # The transformer works while the parser does: what comes out is no tree.
        return cast("Query", _parser().parse(text))
    except _Mistake as exc:
        raise QueryError(text, exc.at + 1, exc.remedy) from None
    except UnexpectedCharacters as exc:
        at = cast("int", exc.pos_in_stream)
        raise query_mistakes.unreadable(text, at) from None
    except UnexpectedToken as exc:
        is_end = exc.token.type == "$END"
        at = len(text) if is_end else exc.token.start_pos or 0
        raise query_mistakes.misplaced(text, at, "" if is_end else exc.token) from None


def _pattern(value: str) -> Pattern:
    pieces = [""]
    for found in _PIECE.finditer(value):
        match found.lastgroup:
            case "star" if len(pieces) == 1 or pieces[-1]:
                pieces.append("")
            case "star":
                pass
            case "quoted":
                pieces[-1] += re.sub(r'\\(["\\])', r"\1", found[0][1:-1])
            case _:
                pieces[-1] += found[0]
    return Pattern(tuple(pieces))


def _depth(query: Query) -> int:
    match query:
        case Has():
            return 0
        case Not(inner):
            return 1 + _depth(inner)
        case AllOf(queries) | AnyOf(queries):
            return 1 + max(map(_depth, queries), default=0)

"""Finds rules that can never decide anything: contradictions, repetitions, shadows.

Only what is certain is told. A rule is out of reach when its query together with the
opposite of all queries before it cannot be true of any issue; the search for an example
knows that a value which fits ``web-store`` fits ``web-*`` too, and nothing else about
values, for an issue may have several of each. It gives up silently when the rules are
too intertwined to search through.
"""

from collections.abc import Iterator, Sequence
from typing import assert_never

from bridge.domain.query import AllOf, AnyOf, Has, Not, Pattern, Query, atoms, fits
from bridge.domain.routing import Rule

Truths = dict[Has, bool]
"""What is assumed of an issue; together with all that follows from it."""

Open = tuple[Has, bool]
"""A question that decides more, and the answer that helps."""

_PATIENCE = 2_000_000
"""Questions that may be asked for all rules together: a second or two."""

_STRANGER = "\ue000"
"""A character for private use: it stands for whatever a wildcard may be."""


class _GivenUp(Exception):
    """The search has become too long."""


def warnings(rules: Sequence[Rule]) -> Iterator[tuple[int, str]]:
    """The numbers of rules that decide nothing, each with the reason."""
    search = _Search()
    for number, rule in enumerate(rules):
        try:
            why = _fault(search, rule, rules[:number])
        except _GivenUp:
            return
        if why:
            yield number, why


def contains(wide: Pattern, narrow: Pattern) -> bool:
    """True when every value that fits *narrow* surely fits *wide*."""
    if not narrow.has_wildcard:
        return wide.fits(narrow.pieces[0])
    if _STRANGER in "".join(wide.pieces):
        return False
    return wide.has_wildcard and fits(wide.folded, _STRANGER.join(narrow.folded))


def _fault(search: "_Search", rule: Rule, before: Sequence[Rule]) -> str:
    if not search.is_possible(rule.query):
        return "it can never match: its query contradicts itself"
    others = AnyOf(tuple(other.query for other in before))
    if search.is_possible(_but_not(rule.query, others)):
        return ""
    for other in before:
        if not search.is_possible(_but_not(rule.query, other.query)):
            if not search.is_possible(_but_not(other.query, rule.query)):
                return f"it repeats the query of {other.name!r}, which comes first"
            return f"it is never reached: {other.name!r} takes all that it matches"
    return "it is never reached: the rules before it take all that it matches"


def _but_not(query: Query, other: Query) -> Query:
    return AllOf((query, Not(other)))


class _Search:
    """Looks for an issue that a query matches, assumption by assumption."""

    def __init__(self) -> None:
        self._patience = _PATIENCE

    def is_possible(self, query: Query) -> bool:
        """False only when surely no issue matches *query*; _GivenUp."""
        asked = list(dict.fromkeys(atoms(query)))
        untried: list[Truths] = [{}]
        while untried:
            truths = untried.pop()
            self._spend(len(asked))
            if _holds(query, truths):
                return True
            found = _look(query, truths, wanted=True)
            if not isinstance(found, bool):
                atom, helpful = found
                for answer in (not helpful, helpful):
                    untried += self._assume(atom, truths, asked, answer=answer)
        return False

    def _assume(
        self, atom: Has, truths: Truths, asked: Sequence[Has], *, answer: bool
    ) -> Iterator[Truths]:
        """*truths* with one more and what follows from it, unless they contradict."""
        self._spend(len(asked))
        if answer:
            follows = {a for a in asked if _implies(atom, a)}
        else:
            follows = {a for a in asked if _implies(a, atom)}
        if all(truths.get(each, answer) is answer for each in follows):
            yield {**truths, **dict.fromkeys(follows, answer)}

    def _spend(self, questions: int) -> None:
        self._patience -= questions
        if self._patience < 0:
            raise _GivenUp


def _implies(narrow: Has, wide: Has) -> bool:
    return narrow.name == wide.name and contains(wide.pattern, narrow.pattern)


def _holds(query: Query, truths: Truths) -> bool:
    """Whether *query* is true when nothing is so but what is assumed."""
    match query:
        case Has():
            return truths.get(query, False)
        case Not(inner):
            return not _holds(inner, truths)
        case AllOf(queries):
            return all(_holds(each, truths) for each in queries)
        case AnyOf(queries):
            return any(_holds(each, truths) for each in queries)
        case _:
            assert_never(query)


def _look(query: Query, truths: Truths, *, wanted: bool) -> bool | Open:
    """What the truths say of *query*, or the first question that they leave open."""
    match query:
        case Has():
            return truths.get(query, (query, wanted))
        case Not(inner):
            found = _look(inner, truths, wanted=not wanted)
            return not found if isinstance(found, bool) else found
        case AllOf(queries):
            return _first_open(queries, truths, wanted=wanted, settles=False)
        case AnyOf(queries):
            return _first_open(queries, truths, wanted=wanted, settles=True)
        case _:
            assert_never(query)


def _first_open(
    queries: Sequence[Query], truths: Truths, *, wanted: bool, settles: bool
) -> bool | Open:
    """A part that is *settles* settles the whole; else an open part leaves it open."""
    opened: Open | None = None
    for each in queries:
        found = _look(each, truths, wanted=wanted)
        if found is settles:
            return settles
        if not isinstance(found, bool):
            opened = opened or found
    return opened or not settles

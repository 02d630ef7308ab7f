"""Says in words why an issue is what a query asks for, or why it is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from bridge.domain.query import AllOf, AnyOf, Attributes, Has, Not, Query

_LONGEST_VALUE = 60
_MOST_FACTS = 8


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so, or is not so, with an issue."""

    asked: Has
    holds: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a query matched, and the facts that suffice to know it.

    *despite* are facts that agree with the query although it did not match.
    """

    matched: bool
    because: tuple[Fact, ...] = ()
    despite: tuple[Fact, ...] = ()


def explain(query: Query, attributes: Attributes) -> str:
    """Why *query* matches or does not match an issue with *attributes*."""
    found = judge(query, attributes)
    because = _joined(found.because, attributes)
    if not because:
        return "it asks nothing: every issue matches"
    if found.matched or not found.despite:
        return because
    return f"{_joined(found.despite, attributes)}, but {because}"


def judge(query: Query, attributes: Attributes) -> Finding:
    """Whether *query* matches, with the facts that say so."""
    match query:
        case Has():
            holds = query.found(attributes) is not None
            return Finding(holds, (Fact(query, holds),))
        case Not(inner):
            found = judge(inner, attributes)
            return Finding(not found.matched, found.because)
        case AllOf(queries):
            return _all_of([judge(each, attributes) for each in queries])
        case AnyOf(queries):
            return _any_of([judge(each, attributes) for each in queries])
        case _:
            assert_never(query)


def _all_of(found: Sequence[Finding]) -> Finding:
    agreeing = [each for each in found if each.matched]
    failing = [each for each in found if not each.matched]
    if not failing:
        return Finding(matched=True, because=_facts(agreeing))
    despite = (*_facts(agreeing), *(fact for each in failing for fact in each.despite))
    return Finding(
        matched=False, because=_facts(failing), despite=tuple(dict.fromkeys(despite))
    )


def _any_of(found: Sequence[Finding]) -> Finding:
    for each in found:
        if each.matched:
            return Finding(matched=True, because=each.because)
    despite = tuple(fact for each in found for fact in each.despite)
    return Finding(matched=False, because=_facts(found), despite=despite)


def _facts(found: Sequence[Finding]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(fact for each in found for fact in each.because))


def _joined(facts: Sequence[Fact], attributes: Attributes) -> str:
    told = list(dict.fromkeys(_told(facts, attributes)))
    more = len(told) - _MOST_FACTS
    if more > 1:
        told[_MOST_FACTS:] = [f"{more} more"]
    return " and ".join(told)


def _told(facts: Sequence[Fact], attributes: Attributes) -> Iterator[str]:
    for fact in facts:
        name, pattern = fact.asked.name, fact.asked.pattern
        if fact.holds:
            yield f"{name} is {_cut(fact.asked.found(attributes) or '')}"
        elif not any(attributes.get(name, ())):
            yield f"it has no {name}"
        else:
            like = "is like" if pattern.has_wildcard else "is"
            yield f"no {name} {like} {_cut(str(pattern))}"


def _cut(value: str) -> str:
    """*value* in one line that is not too long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return line if len(line) <= _LONGEST_VALUE else f"{line[: _LONGEST_VALUE - 1]}…"

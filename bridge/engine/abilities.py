"""What is synced in which direction, as far as the abilities of both trackers go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bridge.domain.model import TrackerName
from bridge.domain.policy import Direction
from bridge.engine.decide import ASSIGNABLE
from bridge.engine.options import Options
from bridge.ports.trackers import COMMENTING, Abilities, Ability, Side, Tracker
from bridge.trackers import Kind


@dataclass(frozen=True, slots=True)
class Able:
    """A tracker and what it can do; *lacks* says why it cannot do the rest."""

    name: TrackerName
    kind: str
    side: Side
    abilities: Abilities
    lacks: Mapping[Ability, str] = field(default_factory=dict)


def able(tracker: Tracker, kind: Kind) -> Able:
    """What *tracker* of that *kind* says of itself."""
    can = tracker.abilities
    lacks = {one: kind.lacks[one] for one in sorted(kind.lacks.keys() - can)}
    return Able(tracker.name, kind.name, tracker.side, can, lacks)


@dataclass(frozen=True, slots=True)
class Missing:
    """What one tracker cannot do although *what* is to be synced; *text* says it."""

    tracker: TrackerName
    what: str
    abilities: tuple[Ability, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Need:
    """What a side must be able to do to give a value and to take it, and what makes
    it better."""

    gives: Abilities
    takes: Abilities
    better: Abilities = frozenset()
    lost: str = ""


_CREATES = frozenset({Ability.CREATE_COMMENT})
_NEEDS = {
    "state": _Need(frozenset({Ability.READ_STATE}), frozenset({Ability.WRITE_STATE})),
    "assignee": _Need(
        ASSIGNABLE,
        ASSIGNABLE,
        frozenset({Ability.FIND_PEOPLE}),
        "only accounts that were seen there are assigned",
    ),
    "comments": _Need(
        frozenset({Ability.LIST_COMMENTS}),
        _CREATES,
        frozenset({Ability.EDIT_COMMENT, Ability.DELETE_COMMENT}),
        "copies of comments stay as they were written",
    ),
}

WHAT = tuple(_NEEDS)
"""The values that are synced."""


def wanted_of(options: Options) -> dict[str, Direction]:
    """Which way each value is to travel."""
    return {
        "state": options.policy.state,
        "assignee": options.policy.assignee,
        "comments": options.comments.direction,
    }


def direction(
    wanted: Direction, what: str, issues: Abilities, cases: Abilities
) -> Direction:
    """What is left of *wanted* where trackers can do so much and no more."""
    need = _NEEDS[what]
    to_cases = wanted.reaches_cases and need.gives <= issues and need.takes <= cases
    to_issues = wanted.reaches_issues and need.gives <= cases and need.takes <= issues
    if to_cases and to_issues:
        return Direction.TWO_WAY
    if to_cases:
        return Direction.ISSUE_TO_CASE
    return Direction.CASE_TO_ISSUE if to_issues else Direction.OFF


def missing(wanted: Mapping[str, Direction], trackers: Iterable[Able]) -> list[Missing]:
    """What the trackers lack for what is *wanted*, once per tracker and value."""
    listed = list(trackers)
    return [
        Missing(one.name, what, tuple(sorted(lacking)), _text(one, what, lacking))
        for what in WHAT
        for one in listed
        if (lacking := _wanted_of(wanted[what], what, one.side) - one.abilities)
    ]


def synced(
    wanted: Mapping[str, Direction], trackers: Iterable[Able]
) -> Iterator[dict[str, str]]:
    """Which way each value travels between each two trackers, and why no further."""
    listed = list(trackers)
    lacking = missing(wanted, listed)
    for what, chosen in wanted.items():
        for issues in (one for one in listed if one.side is Side.ISSUES):
            for cases in (one for one in listed if one.side is Side.CASES):
                pair = {issues.name, cases.name}
                left = direction(chosen, what, issues.abilities, cases.abilities)
                why = (m.text for m in lacking if m.what == what and m.tracker in pair)
                yield {
                    "what": what,
                    "issues": issues.name,
                    "cases": cases.name,
                    "direction": left.value,
                    "why": "; ".join(why),
                }


def _wanted_of(wanted: Direction, what: str, side: Side) -> Abilities:
    need = _NEEDS[what]
    is_giving, is_taking = wanted.reaches_cases, wanted.reaches_issues
    if side is Side.CASES:
        is_giving, is_taking = is_taking, is_giving
    gives = need.gives if is_giving else frozenset()
    return gives | (need.takes | need.better if is_taking else frozenset())


def _text(one: Able, what: str, lacking: Abilities) -> str:
    if what == "comments" and not one.abilities & COMMENTING:
        cannot = "hold comments"
    else:
        cannot = " or ".join(sorted(lacking))
    reasons = dict.fromkeys(one.lacks[a] for a in sorted(lacking) if a in one.lacks)
    told = "; ".join((*reasons, *_loss(what, lacking)))
    return f"{one.name} ({one.kind}) cannot {cannot}" + (f": {told}" if told else "")


def _loss(what: str, lacking: Abilities) -> Iterator[str]:
    """What is lost where the value travels all the same."""
    need = _NEEDS[what]
    if lacking <= need.better:
        yield need.lost

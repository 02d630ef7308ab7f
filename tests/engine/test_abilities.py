"""What trackers can do decides what is synced, and what they cannot is said."""

import pytest

from bridge import trackers
from bridge.domain.model import TrackerName
from bridge.domain.policy import Direction
from bridge.engine.abilities import WHAT, Able, able, direction, missing
from bridge.ports.trackers import COMMENTING, Abilities, Ability, Side
from tests.clocks import ManualClock
from tests.fakes import MemoryIssues

STATE = frozenset({Ability.READ_STATE, Ability.WRITE_STATE})
ASSIGNEE = frozenset({Ability.READ_ASSIGNEE, Ability.WRITE_ASSIGNEE})
ALL = STATE | ASSIGNEE | COMMENTING | {Ability.FIND_PEOPLE}
OFF, TWO_WAY = Direction.OFF, Direction.TWO_WAY
TO_CASE, TO_ISSUE = Direction.ISSUE_TO_CASE, Direction.CASE_TO_ISSUE


def wanted(**chosen: Direction) -> dict[str, Direction]:
    return {what: chosen.get(what, OFF) for what in WHAT}


def errors(abilities: Abilities, **lacks: str) -> Able:
    reasons = {Ability[name.upper()]: why for name, why in lacks.items()}
    return Able(TrackerName("errors"), "kind_e", Side.ISSUES, abilities, reasons)


def cases(abilities: Abilities) -> Able:
    return Able(TrackerName("cases"), "kind_c", Side.CASES, abilities)


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("chosen", Direction, ids=str)
def test_those_who_can_do_all_sync_as_wanted(what: str, chosen: Direction) -> None:
    assert direction(chosen, what, ALL, ALL) is chosen
    assert missing(wanted(**{what: chosen}), [errors(ALL), cases(ALL)]) == []


@pytest.mark.parametrize(
    ("what", "lost", "left"),
    [
        ("state", Ability.READ_STATE, TO_ISSUE),
        ("state", Ability.WRITE_STATE, TO_CASE),
        ("assignee", Ability.READ_ASSIGNEE, OFF),
        ("assignee", Ability.WRITE_ASSIGNEE, OFF),
        ("assignee", Ability.FIND_PEOPLE, TWO_WAY),
        ("comments", Ability.LIST_COMMENTS, TO_ISSUE),
        ("comments", Ability.CREATE_COMMENT, TO_CASE),
        ("comments", Ability.EDIT_COMMENT, TWO_WAY),
    ],
    ids=str,
)
def test_an_ability_that_issues_lack(what: str, lost: Ability, left: Direction) -> None:
    abilities = ALL - {lost}
    assert direction(TWO_WAY, what, abilities, ALL) is left

    (told,) = missing(wanted(**{what: TWO_WAY}), [errors(abilities), cases(ALL)])
    assert (told.tracker, told.what, told.abilities) == ("errors", what, (lost,))
    assert told.text.startswith(f"errors (kind_e) cannot {lost.value}")


@pytest.mark.parametrize(
    ("chosen", "lost"),
    [(TO_CASE, Ability.CREATE_COMMENT), (TO_ISSUE, Ability.LIST_COMMENTS)],
)
def test_what_no_direction_needs_is_not_missed(
    chosen: Direction, lost: Ability
) -> None:
    listed = [errors(ALL - {lost}), cases(ALL)]
    assert missing(wanted(comments=chosen), listed) == []


def test_a_tracker_without_comments_says_so_once_with_the_reason() -> None:
    without = errors(ALL - COMMENTING, list_comments="no API", create_comment="no API")

    (told,) = missing(wanted(comments=TWO_WAY), [without, cases(ALL)])

    assert told.text == "errors (kind_e) cannot hold comments: no API"
    assert set(told.abilities) == COMMENTING
    assert direction(TWO_WAY, "comments", without.abilities, ALL) is OFF


def test_what_only_makes_it_better_says_what_is_lost() -> None:
    listed = [errors(ALL), cases(ALL - {Ability.FIND_PEOPLE})]
    (told,) = missing(wanted(assignee=TWO_WAY), listed)
    assert told.text == (
        "cases (kind_c) cannot find people: only accounts that were seen there are "
        "assigned"
    )


def test_why_not_is_told_only_of_what_a_tracker_cannot_do() -> None:
    kind = trackers.kinds()["datadog_error_tracking"]
    tracker = MemoryIssues(ManualClock())
    with_a_service_beside_it = able(tracker, kind)
    tracker.abilities = STATE

    assert with_a_service_beside_it.lacks == {}
    assert able(tracker, kind).lacks.keys() == COMMENTING

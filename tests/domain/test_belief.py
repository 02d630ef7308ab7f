"""A value that we have just replaced is not an edit until it stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bridge.domain.base import Base, CaseBase, Held, IssueBase, Replaced
from bridge.domain.belief import believe
from bridge.domain.model import Snapshot, State, StatusGroup
from tests.builders import NOON, issue_id, minutes, snapshot

SETTLE = timedelta(seconds=10)
SOON, LATE = NOON + timedelta(seconds=9), NOON + timedelta(seconds=10)


def just_written() -> Base:
    """At noon we closed the case and resolved its issue."""
    case = Held(
        StatusGroup.CLOSED, None, (Replaced(StatusGroup.OPEN, NOON, minutes(0)),)
    )
    issue = Held(State.RESOLVED, None, (Replaced(State.FOR_REVIEW, NOON),))
    a = issue_id("a")
    return Base(CaseBase(case), {a: IssueBase(a, issue)})


def believed(seen: Snapshot, now: datetime) -> tuple[StatusGroup, State]:
    snapshot_, _ = believe(just_written(), seen, now, SETTLE)
    return snapshot_.case.group, snapshot_.issues[0].state


def test_the_replaced_values_are_not_believed_at_first_and_looked_at_again() -> None:
    old = snapshot(StatusGroup.OPEN, a=State.FOR_REVIEW)

    _, again = believe(just_written(), old, SOON, SETTLE)

    assert believed(old, SOON) == (StatusGroup.CLOSED, State.RESOLVED)
    assert again == NOON + SETTLE


def test_the_replaced_values_are_believed_if_they_stay() -> None:
    old = snapshot(StatusGroup.OPEN, a=State.FOR_REVIEW)

    assert believed(old, LATE) == (StatusGroup.OPEN, State.FOR_REVIEW)
    assert believe(just_written(), old, LATE, SETTLE)[1] is None


def test_any_other_value_is_believed_at_once() -> None:
    other = snapshot(StatusGroup.IN_PROGRESS, a=State.IGNORED)

    assert believed(other, SOON) == (StatusGroup.IN_PROGRESS, State.IGNORED)


@pytest.mark.parametrize(
    ("modified_at", "group"),
    [
        (minutes(0.05), StatusGroup.OPEN),
        (minutes(0), StatusGroup.CLOSED),
        (minutes(-1), StatusGroup.CLOSED),
        (None, StatusGroup.CLOSED),
    ],
    ids=["newer than our write", "our write's own", "older", "none"],
)
def test_only_a_newer_modification_time_is_believed_at_once(
    modified_at: datetime | None, group: StatusGroup
) -> None:
    old = snapshot(StatusGroup.OPEN, a=State.RESOLVED)
    old = replace(old, case=replace(old.case, modified_at=modified_at))

    assert believed(old, SOON)[0] is group


def test_a_copy_older_than_our_last_write_is_not_believed_either() -> None:
    """We resolved the issue, then took it up again; the first value is served once."""
    a = issue_id("a")
    replaced = (
        Replaced(State.FOR_REVIEW, NOON),
        Replaced(State.RESOLVED, NOON + timedelta(seconds=1)),
    )
    held = Held(State.REVIEWED, None, replaced)
    case = CaseBase(Held(StatusGroup.IN_PROGRESS))
    base = Base(case, {a: IssueBase(a, held)})
    stale = snapshot(StatusGroup.IN_PROGRESS, a=State.FOR_REVIEW)

    seen, again = believe(base, stale, NOON + timedelta(seconds=2), SETTLE)

    assert seen.issues[0].state is State.REVIEWED
    assert again == NOON + SETTLE

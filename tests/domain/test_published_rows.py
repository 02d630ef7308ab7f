"""The five published situations of one case with many issues, in their own words."""

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.domain.status import group_of, state_for
from tests.builders import agreed, snapshot
from tests.domain.world import edit, linked, settle, states

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


def test_case_closed_all_issues_resolved_one_issue_set_to_for_review() -> None:
    before = snapshot(CLOSED, a=RESOLVED, b=RESOLVED, c=RESOLVED)
    base = agreed(CLOSED, a=RESOLVED, b=RESOLVED, c=RESOLVED)

    _, after, _ = settle(base, edit(before, b=FOR_REVIEW))

    assert after.case.group is OPEN
    assert states(after) == {"a": RESOLVED, "b": FOR_REVIEW, "c": RESOLVED}


def test_case_open_all_issues_for_review_one_set_to_resolved() -> None:
    before = snapshot(OPEN, a=FOR_REVIEW, b=FOR_REVIEW, c=FOR_REVIEW)
    base = agreed(OPEN, a=FOR_REVIEW, b=FOR_REVIEW, c=FOR_REVIEW)

    _, after, _ = settle(base, edit(before, a=RESOLVED))

    assert after.case.group is OPEN
    assert states(after) == {"a": RESOLVED, "b": FOR_REVIEW, "c": FOR_REVIEW}


def test_case_closed_an_unlinked_issue_for_review_is_linked() -> None:
    before = snapshot(CLOSED, a=RESOLVED, b=RESOLVED)
    base = agreed(CLOSED, a=RESOLVED, b=RESOLVED)

    _, after, _ = settle(base, linked(before, "c", FOR_REVIEW))

    assert after.case.group is CLOSED
    assert states(after) == {"a": RESOLVED, "b": RESOLVED, "c": RESOLVED}


def test_case_open_an_unlinked_issue_resolved_is_linked() -> None:
    before = snapshot(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    base = agreed(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)

    _, after, _ = settle(base, linked(before, "c", RESOLVED))

    assert after.case.group is OPEN
    assert states(after) == {"a": FOR_REVIEW, "b": FOR_REVIEW, "c": RESOLVED}


@pytest.mark.parametrize("start", StatusGroup)
@pytest.mark.parametrize(
    ("state", "group"),
    [
        (FOR_REVIEW, OPEN),
        (REVIEWED, IN_PROGRESS),
        (RESOLVED, CLOSED),
        (IGNORED, CLOSED),
        (EXCLUDED, CLOSED),
    ],
)
def test_one_issue_one_case_the_case_follows_by_the_map(
    start: StatusGroup, state: State, group: StatusGroup
) -> None:
    base = agreed(start, a=state_for(start))

    _, after, _ = settle(base, edit(snapshot(start, a=state_for(start)), a=state))

    assert after.case.group is group
    assert states(after) == {"a": state}


@pytest.mark.parametrize("start", State)
@pytest.mark.parametrize(
    ("group", "state"),
    [(OPEN, FOR_REVIEW), (IN_PROGRESS, REVIEWED), (CLOSED, RESOLVED)],
)
def test_one_issue_one_case_the_issue_follows_by_the_map(
    start: State, group: StatusGroup, state: State
) -> None:
    base = agreed(group_of(start), a=start)
    before = snapshot(group_of(start), a=start)

    _, after, _ = settle(base, edit(before, group))

    expected = start if group_of(start) is group else state
    assert states(after) == {"a": expected}

"""The rest of the table: conflicts, directions, newcomers among edits, what is owed."""

from dataclasses import replace
from datetime import datetime

import pytest

from bridge.domain.actions import SetCaseStatus, SetIssueState
from bridge.domain.advance import advance
from bridge.domain.base import Base, CaseBase
from bridge.domain.model import Snapshot, State, StatusGroup
from bridge.domain.policy import Conflict, Direction, Policy
from bridge.domain.reconcile import reconcile
from tests.builders import CASE, NOON, agreed, issue_id, minutes, snapshot
from tests.domain.world import edit, linked, settle, states, written

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


def both_edited() -> tuple[Base, Snapshot]:
    """The case is closed and, at once, one of two issues is taken up."""
    base = agreed(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    before = snapshot(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    return base, edit(before, CLOSED, a=REVIEWED)


@pytest.mark.parametrize(
    ("conflict", "group", "a", "b"),
    [
        (Conflict.CASE, CLOSED, RESOLVED, RESOLVED),
        (Conflict.ISSUE, OPEN, REVIEWED, FOR_REVIEW),
        (Conflict.LATEST, CLOSED, RESOLVED, RESOLVED),
    ],
    ids=str,
)
def test_both_edited_the_configured_side_wins(
    conflict: Conflict, group: StatusGroup, a: State, b: State
) -> None:
    _, after, plan = settle(*both_edited(), Policy(conflict=conflict))

    assert after.case.group is group
    assert states(after) == {"a": a, "b": b}
    assert len(plan.overruled) == 1


@pytest.mark.parametrize(
    ("case_time", "issue_time", "group"),
    [
        (minutes(2), minutes(1), CLOSED),
        (minutes(1), minutes(2), OPEN),
        (minutes(1), None, CLOSED),
        (None, minutes(1), CLOSED),
    ],
    ids=["case later", "issue later", "issue without time", "case without time"],
)
def test_latest_compares_times_where_both_sides_have_them(
    case_time: datetime | None, issue_time: datetime | None, group: StatusGroup
) -> None:
    base, seen = both_edited()
    timed = tuple(replace(i, modified_at=issue_time) for i in seen.issues)
    seen = Snapshot(replace(seen.case, modified_at=case_time), timed)

    _, after, _ = settle(base, seen, Policy(conflict=Conflict.LATEST))

    assert after.case.group is group


def test_edits_that_agree_overrule_nobody() -> None:
    base = agreed(OPEN, a=FOR_REVIEW)
    seen = edit(snapshot(OPEN, a=FOR_REVIEW), CLOSED, a=IGNORED)

    plan = reconcile(base, seen)

    assert (plan.actions, plan.overruled) == ((), ())


def test_ignored_and_excluded_stay_when_the_case_closes() -> None:
    base = agreed(OPEN, a=IGNORED, b=EXCLUDED, c=FOR_REVIEW)
    seen = edit(snapshot(OPEN, a=IGNORED, b=EXCLUDED, c=FOR_REVIEW), CLOSED)

    _, after, _ = settle(base, seen)

    assert states(after) == {"a": IGNORED, "b": EXCLUDED, "c": RESOLVED}


def test_a_reopened_case_reopens_also_ignored_and_excluded_issues() -> None:
    base = agreed(CLOSED, a=IGNORED, b=EXCLUDED, c=RESOLVED)
    seen = edit(snapshot(CLOSED, a=IGNORED, b=EXCLUDED, c=RESOLVED), OPEN)

    _, after, _ = settle(base, seen)

    assert set(states(after).values()) == {FOR_REVIEW}


def test_another_status_of_the_same_group_is_no_edit() -> None:
    base = agreed(IN_PROGRESS, a=RESOLVED)
    seen = snapshot(IN_PROGRESS, a=RESOLVED)
    seen = replace(seen, case=replace(seen.case, status="In QA"))

    assert reconcile(base, seen).is_empty


def test_a_newcomer_is_raised_to_the_group_that_the_edit_leads_to() -> None:
    base = agreed(CLOSED, a=RESOLVED)
    seen = edit(snapshot(CLOSED, a=RESOLVED), a=FOR_REVIEW)

    _, after, _ = settle(base, linked(seen, "b", FOR_REVIEW))

    assert after.case.group is OPEN
    assert states(after) == {"a": FOR_REVIEW, "b": FOR_REVIEW}


def test_a_newcomer_never_lowers_the_case() -> None:
    base = agreed(CLOSED, a=RESOLVED)
    seen = edit(snapshot(CLOSED, a=RESOLVED), a=IGNORED)

    _, after, _ = settle(base, linked(seen, "b", FOR_REVIEW))

    assert after.case.group is CLOSED
    assert states(after) == {"a": IGNORED, "b": RESOLVED}


@pytest.mark.parametrize("direction", Direction)
def test_a_direction_that_does_not_reach_the_other_side_writes_nothing_there(
    direction: Direction,
) -> None:
    base = agreed(OPEN, a=FOR_REVIEW)
    policy = Policy(state=direction)

    by_issue = reconcile(base, edit(snapshot(OPEN, a=FOR_REVIEW), a=RESOLVED), policy)
    by_case = reconcile(base, edit(snapshot(OPEN, a=FOR_REVIEW), CLOSED), policy)

    assert bool(by_issue.actions) is direction.reaches_cases
    assert bool(by_case.actions) is direction.reaches_issues
    assert bool(by_issue.notes) is not direction.reaches_cases
    assert bool(by_case.notes) is not direction.reaches_issues


def test_a_newer_edit_of_an_issue_leaves_the_rest_of_an_older_plan_in_force() -> None:
    """The case was closed, one write is still owed, then another issue is reopened."""
    base = agreed(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    seen = edit(snapshot(OPEN, a=FOR_REVIEW, b=FOR_REVIEW), CLOSED)
    plan = reconcile(base, seen)
    decided = advance(base, seen, plan, NOON)
    done = SetIssueState(issue_id("a"), RESOLVED, plan.actions[0].reason)
    seen = written(seen, done)
    held = decided.issues[done.issue]
    moved = replace(held, state=held.state.written(NOON, None))
    decided = replace(decided, issues={**decided.issues, done.issue: moved})

    _, after, _ = settle(decided, edit(seen, a=FOR_REVIEW))

    assert after.case.group is OPEN
    assert states(after) == {"a": FOR_REVIEW, "b": RESOLVED}


def refused_case() -> tuple[Base, Snapshot]:
    """An issue was resolved, and the tracker would not let its case be closed."""
    base = agreed(OPEN, a=FOR_REVIEW)
    seen = edit(snapshot(OPEN, a=FOR_REVIEW), a=RESOLVED)
    decided = advance(base, seen, reconcile(base, seen), NOON)
    assert decided.case
    refused = CaseBase(decided.case.group.refused("not from Open to Closed"))
    return replace(decided, case=refused), seen


def test_a_refused_write_is_not_planned_again_by_itself() -> None:
    base, seen = refused_case()

    assert reconcile(base, seen).is_empty


def test_a_refused_write_is_planned_again_by_the_next_edit() -> None:
    base, seen = refused_case()

    plan = reconcile(base, edit(seen, a=EXCLUDED))

    (action,) = plan.actions
    assert isinstance(action, SetCaseStatus)
    assert action.group is CLOSED


def test_a_refused_write_that_a_person_carries_out_is_settled() -> None:
    base, seen = refused_case()
    seen = edit(seen, CLOSED)

    plan = reconcile(base, seen)
    after = advance(base, seen, plan, NOON)

    assert plan.is_empty
    assert after.case
    assert after.case.group.owed is None
    assert after.case.group.value is CLOSED


def test_the_case_action_names_what_was_done() -> None:
    base = agreed(CLOSED, a=RESOLVED, b=RESOLVED)
    seen = edit(snapshot(CLOSED, a=RESOLVED, b=RESOLVED), a=FOR_REVIEW, b=FOR_REVIEW)

    (action,) = reconcile(base, seen).actions

    assert isinstance(action, SetCaseStatus)
    assert (action.case, action.group) == (CASE, OPEN)
    assert "errors:a was moved from RESOLVED to FOR_REVIEW" in action.reason
    assert "1 more" in action.reason


def test_an_issue_that_its_tracker_would_not_move_does_not_reopen_the_case() -> None:
    """The case was closed, one issue refused to follow, another is edited later."""
    base = agreed(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    seen = edit(snapshot(OPEN, a=FOR_REVIEW, b=FOR_REVIEW), CLOSED)
    decided = advance(base, seen, reconcile(base, seen), NOON)
    a, b = decided.issues[issue_id("a")], decided.issues[issue_id("b")]
    a = replace(a, state=a.state.refused("not allowed"))
    b = replace(b, state=b.state.written(NOON, None))
    decided = replace(decided, issues={a.id: a, b.id: b})
    seen = edit(seen, b=IGNORED)

    plan = reconcile(decided, seen)
    after = advance(decided, seen, plan, NOON)

    assert plan.actions == ()
    assert after.issues[a.id].state.owed == a.state.owed

"""One assignee for a case and all its issues."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.actions import Plan, SetCaseAssignee, SetIssueAssignee
from bridge.domain.advance import advance
from bridge.domain.assignee import lookups, unmatched
from bridge.domain.base import Base
from bridge.domain.belief import believe
from bridge.domain.model import Snapshot, State
from bridge.domain.people import NOBODY, Account, Identity
from bridge.domain.policy import Direction
from bridge.domain.reconcile import reconcile
from tests.builders import CASE, NOON, issue, issue_id
from tests.domain.assigning import (
    ALL_KNOWN,
    ANN,
    BOB,
    CARL,
    CASES,
    ERRORS,
    POLICY,
    agreed,
    person,
    settle,
    who,
    world,
)


@pytest.mark.parametrize(
    ("before", "after", "everybody_has"),
    [
        (world(ANN, a=ANN, b=ANN), world(BOB, a=ANN, b=ANN), BOB),
        (world(ANN, a=ANN, b=ANN), world(NOBODY, a=ANN, b=ANN), NOBODY),
        (world(ANN, a=ANN, b=ANN), world(ANN, a=BOB, b=ANN), BOB),
        (world(ANN, a=ANN, b=ANN), world(ANN, a=NOBODY, b=ANN), NOBODY),
        (world(ANN, a=ANN, b=ANN), world(CARL, a=BOB, b=ANN), CARL),
        (world(ANN, a=ANN, b=ANN), world(ANN, a=NOBODY, b=BOB), BOB),
    ],
    ids=[
        "case assigned",
        "case unassigned",
        "issue assigned",
        "issue unassigned",
        "both: the case leads",
        "two issues: somebody before nobody",
    ],
)
def test_an_edit_anywhere_goes_everywhere(
    before: Snapshot, after: Snapshot, everybody_has: Identity
) -> None:
    base = advance(Base(), before, Plan(), NOON, POLICY)

    _, end, _ = settle(base, after)

    assert set(who(end).values()) == {everybody_has}


@pytest.mark.parametrize(
    ("case", "newcomer", "everybody_has"),
    [(ANN, BOB, ANN), (ANN, NOBODY, ANN), (NOBODY, BOB, BOB), (NOBODY, NOBODY, NOBODY)],
)
def test_a_newcomer_takes_the_cases_assignee_or_brings_its_own(
    case: Identity, newcomer: Identity, everybody_has: Identity
) -> None:
    base = agreed(case, a=case)
    seen = world(case, a=case)
    new = replace(issue("b", State.FOR_REVIEW), assignee=person(newcomer))

    _, end, _ = settle(base, replace(seen, issues=(*seen.issues, new)))

    assert set(who(end).values()) == {everybody_has}


def test_somebody_without_an_account_leaves_the_old_value_and_is_named() -> None:
    reason = Account(reason="no active account has bob@example.com")
    accounts = {**ALL_KNOWN, (CASES, BOB): reason}
    base, seen = agreed(ANN, a=ANN), world(ANN, a=BOB)

    base, end, plan = settle(base, seen, accounts=accounts)

    assert who(end) == {"case": ANN, "a": BOB}
    assert [(u.tracker, u.identity) for u in unmatched(plan, accounts)] == [
        (CASES, BOB)
    ]
    again = reconcile(base, end, POLICY, accounts)
    assert (again.changes, again.actions) == ((), ())


def test_what_could_not_be_applied_is_applied_when_the_account_turns_up() -> None:
    accounts = {**ALL_KNOWN, (CASES, BOB): Account(reason="none")}
    base, seen, _ = settle(agreed(ANN, a=ANN), world(ANN, a=BOB), accounts=accounts)

    _, end, _ = settle(base, seen)

    assert who(end) == {"case": BOB, "a": BOB}


def test_a_newer_edit_takes_the_place_of_what_could_not_be_applied() -> None:
    accounts = {**ALL_KNOWN, (CASES, BOB): Account(reason="none")}
    base, seen, _ = settle(agreed(ANN, a=ANN), world(ANN, a=BOB), accounts=accounts)
    seen = replace(seen, case=replace(seen.case, assignee=person(CARL)))

    base, seen, _ = settle(base, seen, accounts=accounts)
    _, end, plan = settle(base, seen)

    assert who(end) == {"case": CARL, "a": CARL}
    assert plan.actions == ()


def test_accounts_are_asked_for_only_where_somebody_is_to_be_written() -> None:
    plan = reconcile(agreed(ANN, a=ANN, b=BOB), world(ANN, a=BOB, b=BOB), POLICY)

    assert lookups(plan) == {(CASES, BOB)}
    assert plan.actions == ()


@pytest.mark.parametrize("direction", Direction)
def test_a_direction_keeps_assignees_from_the_other_side(direction: Direction) -> None:
    policy = replace(POLICY, assignee=direction)

    _, by_issue, _ = settle(agreed(ANN, a=ANN, b=ANN), world(ANN, a=BOB, b=ANN), policy)
    _, by_case, _ = settle(agreed(ANN, a=ANN), world(BOB, a=ANN), policy)

    assert (who(by_issue)["case"] == BOB) is direction.reaches_cases
    assert (who(by_case)["a"] == BOB) is direction.reaches_issues


def test_an_issues_edit_that_must_not_reach_the_case_reaches_no_sibling() -> None:
    policy = replace(POLICY, assignee=Direction.CASE_TO_ISSUE)

    _, end, plan = settle(agreed(ANN, a=ANN, b=ANN), world(ANN, a=BOB, b=ANN), policy)

    assert who(end) == {"case": ANN, "a": BOB, "b": ANN}
    assert plan.wishes == {}


def test_an_edit_that_does_not_lead_ends_what_was_owed_to_its_issue() -> None:
    policy = replace(POLICY, assignee=Direction.CASE_TO_ISSUE)
    unknown = {**ALL_KNOWN, (ERRORS, CARL): Account(reason="none")}
    seen = world(CARL, a=ANN, b=ANN)
    base, _, _ = settle(agreed(ANN, a=ANN, b=ANN), seen, policy, unknown)

    _, end, _ = settle(base, world(CARL, a=BOB, b=ANN), policy)

    assert who(end) == {"case": CARL, "a": BOB, "b": CARL}


def test_a_newcomer_leads_over_what_an_unassigned_case_is_still_owed() -> None:
    accounts = {**ALL_KNOWN, (CASES, BOB): Account(reason="none")}
    base, seen, _ = settle(Base(), world(NOBODY, m=BOB), accounts=accounts)
    assert who(seen) == {"case": NOBODY, "m": BOB}
    new = replace(issue("k", State.FOR_REVIEW), assignee=person(CARL))

    _, end, _ = settle(
        base, replace(seen, issues=(*seen.issues, new)), accounts=accounts
    )

    assert set(who(end).values()) == {CARL}


def test_a_newcomer_leads_over_what_is_still_owed_to_an_issue() -> None:
    seen = world(NOBODY, a=ANN, b=NOBODY)
    plan = reconcile(agreed(ANN, a=ANN, b=NOBODY), seen, POLICY, ALL_KNOWN)
    base = advance(agreed(ANN, a=ANN, b=NOBODY), seen, plan, NOON, POLICY)
    with_new = world(NOBODY, a=ANN, b=NOBODY, k=ANN)

    base, end, plan = settle(base, with_new)

    assert set(who(end).values()) == {ANN}
    assert reconcile(base, end, POLICY, ALL_KNOWN).is_empty


def test_a_tracker_without_assignees_is_left_out() -> None:
    policy = replace(POLICY, assignable=frozenset({CASES}))

    plan = reconcile(agreed(ANN, a=ANN), world(BOB, a=CARL), policy, ALL_KNOWN)

    assert plan.actions == ()


def test_an_old_copy_of_the_assignee_we_replaced_is_not_believed() -> None:
    base, seen, _ = settle(agreed(ANN, a=ANN), world(BOB, a=ANN))
    stale = world(BOB, a=ANN)

    believed, again = believe(base, stale, NOON, timedelta(seconds=10), POLICY)
    later, _ = believe(
        base, stale, NOON + timedelta(seconds=10), timedelta(seconds=10), POLICY
    )

    assert who(believed) == who(seen) == {"case": BOB, "a": BOB}
    assert again == NOON + timedelta(seconds=10)
    assert who(later) == {"case": BOB, "a": ANN}


def test_the_target_of_each_write_is_of_its_side() -> None:
    plan = reconcile(
        agreed(ANN, a=ANN, b=ANN), world(ANN, a=BOB, b=ANN), POLICY, ALL_KNOWN
    )

    case, other = plan.actions
    assert isinstance(case, SetCaseAssignee)
    assert isinstance(other, SetIssueAssignee)
    assert (case.case, case.account) == (CASE, "cases-bob@example.com")
    assert (other.issue, other.account) == (issue_id("b"), "errors-bob@example.com")
    assert "errors:a was assigned to bob@example.com" in case.reason

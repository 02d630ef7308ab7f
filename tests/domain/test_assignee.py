"""One assignee for a case and all its issues."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.actions import Plan, SetCaseAssignee, SetIssueAssignee
from bridge.domain.advance import advance
from bridge.domain.assignee import lookups, unmatched
from bridge.domain.base import Base
from bridge.domain.belief import believe
from bridge.domain.model import (
    Person,
    Snapshot,
    State,
    StatusGroup,
    TrackerName,
    own_id,
    tracker_of,
)
from bridge.domain.people import NOBODY, Account, Accounts, Identity
from bridge.domain.policy import Direction, Policy
from bridge.domain.reconcile import reconcile
from tests.builders import CASE, NOON, issue, issue_id, snapshot

ERRORS, CASES = TrackerName("errors"), TrackerName("cases")
POLICY = Policy(assignable=frozenset({ERRORS, CASES}))
ANN, BOB, CARL = (Identity(f"{name}@example.com") for name in ("ann", "bob", "carl"))
EVERYBODY = (NOBODY, ANN, BOB, CARL)
ALL_KNOWN: Accounts = {
    (tracker, who): Account(f"{tracker}-{who}")
    for tracker in (ERRORS, CASES)
    for who in EVERYBODY[1:]
}
NAMES = ("a", "b", "c")


def person(who: Identity) -> Person | None:
    return Person(f"id-{who}", email=who) if who else None


def world(case: Identity, /, **issues: Identity) -> Snapshot:
    states = dict.fromkeys(issues, State.FOR_REVIEW)
    seen = snapshot(StatusGroup.OPEN, **states)
    return Snapshot(
        replace(seen.case, assignee=person(case)),
        tuple(replace(i, assignee=person(issues[own_id(i.id)])) for i in seen.issues),
    )


def agreed(case: Identity, /, **issues: Identity) -> Base:
    return advance(Base(), world(case, **issues), Plan(), NOON, POLICY)


def who(seen: Snapshot) -> dict[str, Identity]:
    people = POLICY.people
    found = {
        own_id(i.id): people.identity(tracker_of(i.id), i.assignee) for i in seen.issues
    }
    return {"case": people.identity(CASES, seen.case.assignee), **found}


def written(seen: Snapshot, plan: Plan) -> Snapshot:
    for action in plan.actions:
        if isinstance(action, SetCaseAssignee):
            case = replace(seen.case, assignee=person(action.person))
            seen = replace(seen, case=case)
        elif isinstance(action, SetIssueAssignee):
            assigned = person(action.person)
            issues = tuple(
                replace(i, assignee=assigned) if i.id == action.issue else i
                for i in seen.issues
            )
            seen = replace(seen, issues=issues)
    return seen


def confirmed(base: Base, plan: Plan) -> Base:
    for action in plan.actions:
        if isinstance(action, SetCaseAssignee):
            assert base.case
            assert base.case.assignee
            held = base.case.assignee.written(NOON, None)
            base = replace(base, case=replace(base.case, assignee=held))
        elif isinstance(action, SetIssueAssignee):
            one = base.issues[action.issue]
            assert one.assignee
            one = replace(one, assignee=one.assignee.written(NOON, None))
            base = replace(base, issues={**base.issues, action.issue: one})
    return base


def settle(
    base: Base,
    seen: Snapshot,
    policy: Policy = POLICY,
    accounts: Accounts = ALL_KNOWN,
) -> tuple[Base, Snapshot, Plan]:
    plan = reconcile(base, seen, policy, accounts)
    base = advance(base, seen, plan, NOON, policy)
    return confirmed(base, plan), written(seen, plan), plan


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


people = st.sampled_from(EVERYBODY)
some_accounts = st.sets(st.sampled_from(sorted(ALL_KNOWN))).map(
    lambda known: {
        key: account if key in known else Account(reason="none")
        for key, account in ALL_KNOWN.items()
    }
)


@st.composite
def looks(draw: st.DrawFn) -> tuple[Base, Snapshot]:
    old = draw(st.dictionaries(st.sampled_from(NAMES), people))
    base = agreed(draw(people), **old)
    new = {name: draw(people) for name in NAMES if name in old or draw(st.booleans())}
    return base, world(draw(people), **new)


@given(looks(), some_accounts, st.sampled_from(Direction))
def test_a_second_pass_assigns_nobody(
    look: tuple[Base, Snapshot], accounts: Accounts, direction: Direction
) -> None:
    policy = replace(POLICY, assignee=direction)
    base, seen, _ = settle(*look, policy, accounts)

    again = reconcile(base, seen, policy, accounts)

    assert (again.changes, again.actions) == ((), ())


@given(looks())
def test_with_all_accounts_known_an_edit_leaves_one_assignee(
    look: tuple[Base, Snapshot],
) -> None:
    _, after, plan = settle(*look)

    if plan.changes and any(hasattr(change, "thing") for change in plan.changes):
        assert len(set(who(after).values())) == 1


@given(looks(), some_accounts)
def test_nobody_is_cleared_for_want_of_an_account(
    look: tuple[Base, Snapshot], accounts: Accounts
) -> None:
    plan = reconcile(*look, POLICY, accounts)

    for action in plan.actions:
        if isinstance(action, SetIssueAssignee | SetCaseAssignee):
            assert (action.account is None) is (action.person == NOBODY)


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

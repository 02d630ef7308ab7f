"""A small world of assignees: who is where, and what a pass does about it."""

from dataclasses import replace

from bridge.domain.actions import Plan, SetCaseAssignee, SetIssueAssignee
from bridge.domain.advance import advance
from bridge.domain.base import Base
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
from bridge.domain.policy import Policy
from bridge.domain.reconcile import reconcile
from tests.builders import NOON, snapshot

ERRORS, CASES = TrackerName("errors"), TrackerName("cases")
POLICY = Policy(assignable=frozenset({ERRORS, CASES}))
ANN, BOB, CARL = (Identity(f"{name}@example.com") for name in ("ann", "bob", "carl"))
EVERYBODY = (NOBODY, ANN, BOB, CARL)
ALL_KNOWN: Accounts = {
    (tracker, who): Account(f"{tracker}-{who}")
    for tracker in (ERRORS, CASES)
    for who in EVERYBODY[1:]
}


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

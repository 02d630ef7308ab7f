"""A world of one case in memory: plans are carried out on it by a few lines."""

from dataclasses import replace

from bridge.domain.actions import (
    Action,
    ListIssueOnCase,
    Plan,
    SetCaseStatus,
    SetIssueState,
)
from bridge.domain.advance import advance
from bridge.domain.base import Base, CaseBase
from bridge.domain.model import Snapshot, State, StatusGroup, own_id
from bridge.domain.policy import Policy
from bridge.domain.reconcile import reconcile
from tests.builders import NOON, issue


def states(snapshot: Snapshot) -> dict[str, State]:
    """The issues' own ids and states."""
    return {own_id(issue.id): issue.state for issue in snapshot.issues}


def edit(
    snapshot: Snapshot, group: StatusGroup | None = None, /, **edits: State
) -> Snapshot:
    """The same after people moved the case, issues, or both."""
    case = replace(snapshot.case, group=group or snapshot.case.group)
    issues = tuple(
        replace(issue, state=edits.get(own_id(issue.id), issue.state))
        for issue in snapshot.issues
    )
    return Snapshot(case, issues)


def written(snapshot: Snapshot, action: Action) -> Snapshot:
    """The same after one write reached its tracker."""
    if isinstance(action, SetCaseStatus):
        return replace(snapshot, case=replace(snapshot.case, group=action.group))
    if isinstance(action, SetIssueState):
        return edit(snapshot, **{own_id(action.issue): action.state})
    assert isinstance(action, ListIssueOnCase)
    case = snapshot.case
    listed = (*case.issues, own_id(action.issue))
    return replace(snapshot, case=replace(case, issues=listed))


def confirmed(base: Base, action: Action) -> Base:
    """The base after the tracker confirmed one write."""
    if isinstance(action, SetCaseStatus):
        assert base.case
        return replace(base, case=CaseBase(base.case.group.written(NOON, None)))
    assert isinstance(action, SetIssueState | ListIssueOnCase)
    agreed = base.issues[action.issue]
    if isinstance(action, SetIssueState):
        agreed = replace(agreed, state=agreed.state.written(NOON, None))
    else:
        agreed = replace(agreed, listed=agreed.listed.written(NOON, None))
    return replace(base, issues={**base.issues, action.issue: agreed})


def settle(
    base: Base, seen: Snapshot, policy: Policy | None = None
) -> tuple[Base, Snapshot, Plan]:
    """One whole pass without faults: base and world after it, and its plan."""
    plan = reconcile(base, seen, policy or Policy())
    base = advance(base, seen, plan, NOON)
    for action in plan.actions:
        seen = written(seen, action)
        base = confirmed(base, action)
    return base, seen, plan


def linked(snapshot: Snapshot, name: str, state: State) -> Snapshot:
    """The same with one more issue, which the case does not list yet."""
    return replace(snapshot, issues=(*snapshot.issues, issue(name, state)))

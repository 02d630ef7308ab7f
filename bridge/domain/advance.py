"""How the base moves: once for what was decided, then write by write.

The decided base is kept before the first write, so that a crash neither forgets the
decision nor takes its half-done writes for somebody's edit.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bridge.domain.actions import ListIssueOnCase, Plan, SetCaseStatus, SetIssueState
from bridge.domain.assigned import held_of, identities
from bridge.domain.base import Base, CaseBase, Held, IssueBase, Owed
from bridge.domain.changes import (
    AssigneeChanged,
    CaseGroupChanged,
    IssueStateChanged,
)
from bridge.domain.listing import is_listed
from bridge.domain.model import CaseId, Issue, IssueId, Snapshot, State, StatusGroup
from bridge.domain.people import Identity
from bridge.domain.policy import DEFAULT_POLICY, Policy
from bridge.domain.status import group_of

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Sight:
    """When something was seen, and whether that look decided everything anew."""

    now: datetime
    revision: datetime | None
    is_decided_anew: bool


def advance(
    base: Base,
    seen: Snapshot,
    plan: Plan,
    now: datetime,
    policy: Policy = DEFAULT_POLICY,
) -> Base:
    """The base once *plan* is decided: what was seen counts, what it writes is owed."""
    is_case_edited = any(isinstance(c, CaseGroupChanged) for c in plan.changes)
    edited = {c.issue for c in plan.changes if isinstance(c, IssueStateChanged)}
    is_anew = is_case_edited or bool(edited)
    assignees = _advanced_assignees(base, seen, plan, now, policy)
    sight = _Sight(now, seen.case.modified_at, is_anew)
    group = _advanced_group(base, seen, plan, sight)
    states = {
        action.issue: Owed(action.state, action.reason)
        for action in (*plan.actions, *plan.withheld)
        if isinstance(action, SetIssueState)
    }
    listings = {
        action.issue: Owed(value=True, reason=action.reason)
        for action in plan.actions
        if isinstance(action, ListIssueOnCase)
    }
    issues = {}
    for issue in seen.issues:
        agreed = base.issues.get(issue.id)
        is_issue_anew = is_case_edited or issue.id in edited
        sight = _Sight(now, issue.modified_at, is_issue_anew)
        issues[issue.id] = IssueBase(
            issue.id,
            _advanced_state(agreed, issue, states.get(issue.id), sight),
            _advanced_listing(
                agreed,
                listings.get(issue.id),
                sight,
                is_shown=is_listed(seen, issue),
            ),
            assignees.get(issue.id),
        )
    return Base(CaseBase(group, assignees.get(seen.case.id)), issues)


def _advanced_group(
    base: Base, seen: Snapshot, plan: Plan, sight: _Sight
) -> Held[StatusGroup]:
    owed = next(
        (Owed(a.group, a.reason) for a in plan.actions if isinstance(a, SetCaseStatus)),
        None,
    )
    group = seen.case.group
    held = base.case.group if base.case else None
    is_satisfied = bool(held and held.owed and held.owed.value == group)
    return _moved(held, group, owed, sight, is_satisfied=is_satisfied)


def _advanced_assignees(
    base: Base, seen: Snapshot, plan: Plan, now: datetime, policy: Policy
) -> dict[CaseId | IssueId, Held[Identity]]:
    """A wish is owed whether or not somebody can write it yet."""
    is_edited = any(isinstance(change, AssigneeChanged) for change in plan.changes)
    is_anew = is_edited or plan.is_assigned_anew
    moved = {}
    revisions = {issue.id: issue.modified_at for issue in seen.issues}
    for thing, identity in identities(seen, policy).items():
        wish = plan.wishes.get(thing)
        held = held_of(base, seen, thing)
        revision = revisions.get(IssueId(thing), seen.case.modified_at)
        moved[thing] = _moved(
            held,
            identity,
            Owed(wish.identity, wish.reason) if wish else None,
            _Sight(now, revision, is_anew),
            is_satisfied=bool(held and held.owed and held.owed.value == identity),
        )
    return moved


def _advanced_state(
    agreed: IssueBase | None, issue: Issue, owed: Owed[State] | None, sight: _Sight
) -> Held[State]:
    held = agreed.state if agreed else None
    is_satisfied = bool(
        held and held.owed and group_of(held.owed.value) == group_of(issue.state)
    )
    return _moved(held, issue.state, owed, sight, is_satisfied=is_satisfied)


def _advanced_listing(
    agreed: IssueBase | None, owed: Owed[bool] | None, sight: _Sight, *, is_shown: bool
) -> Held[bool]:
    held = agreed.listed if agreed else None
    steady = replace(sight, is_decided_anew=False)
    return _moved(held, is_shown, owed, steady, is_satisfied=is_shown)


def _moved(
    held: Held[V] | None,
    value: V,
    owed: Owed[V] | None,
    sight: _Sight,
    *,
    is_satisfied: bool,
) -> Held[V]:
    if held is None:
        return Held(value, owed)
    replaced = held.replaced
    if held.owed and value == held.owed.value and value != held.value:
        # Our write arrived although its answer did not.
        replaced = held.replacing(sight.now, sight.revision)
    if owed is None and not is_satisfied and not sight.is_decided_anew:
        owed = held.owed
    return Held(value, owed, replaced)

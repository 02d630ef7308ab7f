"""The state part of the rules: who moved, who follows, and why.

An edit of an issue is any change of its exact state; an edit of a case is a change of
its status group. What was decided earlier and is still owed is decided anew only where
a newer edit speaks about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.domain.actions import Action, SetCaseStatus, SetIssueState
from bridge.domain.base import Base
from bridge.domain.changes import (
    CaseGroupChanged,
    Change,
    IssueStateChanged,
    Overruled,
)
from bridge.domain.model import Issue, Snapshot, State, StatusGroup
from bridge.domain.policy import Conflict, Direction, Policy
from bridge.domain.status import group_of, state_for


@dataclass(frozen=True, slots=True)
class StatePlan:
    """The state part of a plan."""

    actions: tuple[Action, ...] = ()
    overruled: tuple[Overruled, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    base: Base
    seen: Snapshot
    direction: Direction
    case_edit: CaseGroupChanged | None
    issue_edits: tuple[IssueStateChanged, ...]

    @property
    def agreed_group(self) -> StatusGroup:
        """The group the case had or was about to have before this look."""
        if self.base.case:
            return self.base.case.group.expected
        return self.seen.case.group

    def is_new(self, issue: Issue) -> bool:
        return issue.id not in self.base.issues

    def is_edited(self, issue: Issue) -> bool:
        return any(edit.issue == issue.id for edit in self.issue_edits)

    def owed_state(self, issue: Issue) -> State | None:
        """What an earlier decision still has to write to *issue*."""
        agreed = self.base.issues.get(issue.id)
        if agreed is None or agreed.state.live is None or self.is_edited(issue):
            return None
        return agreed.state.live.value

    def meant_state(self, issue: Issue) -> State:
        """What *issue* is meant to have: a refused value still counts, so that what
        its tracker would not take moves nobody else."""
        agreed = self.base.issues.get(issue.id)
        if agreed and agreed.state.owed and not self.is_edited(issue):
            return agreed.state.owed.value
        return issue.state


def plan_state(
    base: Base, seen: Snapshot, changes: tuple[Change, ...], policy: Policy
) -> StatePlan:
    """What has to be written so that states and status agree by the rules."""
    look = _Look(
        base,
        seen,
        policy.state,
        next((c for c in changes if isinstance(c, CaseGroupChanged)), None),
        tuple(c for c in changes if isinstance(c, IssueStateChanged)),
    )
    if policy.state is Direction.OFF:
        return StatePlan(notes=_silent(look))
    case_leads = look.case_edit is not None and policy.state.reaches_issues
    issues_lead = bool(look.issue_edits) and policy.state.reaches_cases
    if case_leads and issues_lead:
        case_leads = _case_wins(look, policy.conflict)
        issues_lead = not case_leads
    if case_leads:
        plan = _follow_case(look)
    elif issues_lead:
        plan = _follow_issues(look)
    else:
        plan = _carry_on(look)
    return StatePlan(plan.actions, plan.overruled, plan.notes + _silent(look))


def _case_wins(look: _Look, conflict: Conflict) -> bool:
    if conflict is not Conflict.LATEST:
        return conflict is Conflict.CASE
    edited = [issue for issue in look.seen.issues if look.is_edited(issue)]
    times = [issue.modified_at for issue in edited if issue.modified_at]
    case_time = look.seen.case.modified_at
    if case_time is None or len(times) < len(edited):
        return True
    return case_time >= max(times)


def _follow_case(look: _Look) -> StatePlan:
    """The case was edited: all issues take its group, newcomers if it is higher."""
    edit = look.case_edit
    assert edit is not None
    target = edit.after
    reason = f"the case was moved from {edit.before.name} to {target.name}"
    actions = tuple(
        SetIssueState(issue.id, state_for(target), reason)
        for issue in look.seen.issues
        if not look.is_new(issue) and group_of(issue.state) != target
    )
    overruled = tuple(
        Overruled(lost, f"{reason} at the same time, and the case's edit wins")
        for lost in look.issue_edits
        if group_of(lost.after) != target
    )
    return StatePlan(actions + tuple(_raise_newcomers(look, target)), overruled)


def _follow_issues(look: _Look) -> StatePlan:
    """Issues were edited: the case takes the lowest group among all its issues."""
    target = min(_group_to_be(look, issue) for issue in look.seen.issues)
    actions: list[Action] = []
    if target != look.seen.case.group:
        reason = (
            f"{_told(look.issue_edits)}; {target.name} is now the lowest group among "
            "the issues of the case"
        )
        actions.append(SetCaseStatus(look.seen.case.id, target, reason))
    actions += _owed_to_issues(look)
    actions += _raise_newcomers(look, target)
    overruled: tuple[Overruled, ...] = ()
    if look.case_edit and look.case_edit.after != target:
        why = f"{_told(look.issue_edits)} at the same time, and the issues' edit wins"
        overruled = (Overruled(look.case_edit, why),)
    return StatePlan(tuple(actions), overruled)


def _carry_on(look: _Look) -> StatePlan:
    """Nobody edited anything: newcomers, and what is still owed."""
    actions: list[Action] = []
    owed = look.base.case.group.live if look.base.case else None
    target = look.seen.case.group
    if owed and owed.value != target:
        target = owed.value
        actions.append(SetCaseStatus(look.seen.case.id, target, owed.reason))
    actions += _owed_to_issues(look)
    actions += _raise_newcomers(look, target)
    return StatePlan(tuple(actions))


def _group_to_be(look: _Look, issue: Issue) -> StatusGroup:
    if look.is_new(issue):
        return max(group_of(issue.state), look.agreed_group)
    return group_of(look.meant_state(issue))


def _raise_newcomers(look: _Look, target: StatusGroup) -> Iterator[Action]:
    if not look.direction.reaches_issues:
        return
    for issue in look.seen.issues:
        if look.is_new(issue) and group_of(issue.state) < target:
            reason = f"it was linked to a case that is {target.name}"
            yield SetIssueState(issue.id, state_for(target), reason)


def _owed_to_issues(look: _Look) -> Iterator[Action]:
    for issue in look.seen.issues:
        owed = look.owed_state(issue)
        if owed and group_of(owed) != group_of(issue.state):
            agreed = look.base.issues[issue.id].state.live
            assert agreed is not None
            yield SetIssueState(issue.id, owed, agreed.reason)


def _told(edits: tuple[IssueStateChanged, ...]) -> str:
    first = edits[0]
    text = f"{first.issue} was moved from {first.before} to {first.after}"
    others = len(edits) - 1
    return f"{text} and {others} more issues were moved" if others else text


def _silent(look: _Look) -> tuple[str, ...]:
    """Why an edit that was seen leads to nothing, where the operator wants it so."""
    notes = []
    if look.case_edit and not look.direction.reaches_issues:
        notes.append(f"edits of the case stay there: sync.state is {look.direction}")
    if look.issue_edits and not look.direction.reaches_cases:
        notes.append(f"edits of issues stay there: sync.state is {look.direction}")
    return tuple(notes)

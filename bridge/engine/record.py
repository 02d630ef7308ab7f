"""Base, seen and plan as JSON values made for people: API, CLI and page show these."""

import re
from typing import Any

from bridge.domain.actions import (
    Action,
    ListIssueOnCase,
    Plan,
    SetCaseAssignee,
    SetCaseStatus,
    SetIssueAssignee,
    SetIssueState,
)
from bridge.domain.assignee import named
from bridge.domain.base import Base, Held
from bridge.domain.changes import (
    AssigneeChanged,
    CaseGroupChanged,
    Change,
    IssueLinked,
    IssueStateChanged,
)
from bridge.domain.comment_actions import (
    CreateComment,
    DeleteComment,
    EditComment,
)
from bridge.domain.model import Person, Snapshot, StatusGroup
from bridge.domain.people import Identity

Json = Any


def base_view(base: Base) -> Json:
    """The base: what was agreed, and what is still owed."""
    case = base.case
    return {
        "case": case and _agreed("status_group", case.group, case.assignee),
        "issues": {
            issue: _agreed("state", agreed.state, agreed.assignee)
            for issue, agreed in sorted(base.issues.items())
        },
    }


def _agreed(name: str, held: Held[Any], assignee: Held[Identity] | None) -> Json:
    view = _held(name, held)
    if assignee:
        view["assignee"] = _held("person", assignee)
    return view


def _held(name: str, held: Held[Any]) -> Json:
    view = {name: word(held.value)}
    if held.owed:
        view["owed"] = word(held.owed.value)
    if held.owed and held.owed.refusal:
        view["refusal"] = held.owed.refusal
    return view


def seen_view(seen: Snapshot) -> Json:
    """What the trackers said."""
    case = seen.case
    return {
        "case": {
            "id": case.id,
            "key": case.key,
            "status": case.status,
            "status_group": case.group.name,
            "assignee": _person(case.assignee),
        },
        "issues": {
            issue.id: {
                "state": issue.state.value,
                "assignee": _person(issue.assignee),
            }
            for issue in seen.issues
        },
    }


def _person(person: Person | None) -> str | None:
    return (person.email or person.name or person.id) if person else None


def change_view(change: Change) -> Json:
    """One thing that somebody did."""
    kind = _snake(type(change).__name__)
    match change:
        case IssueStateChanged(issue, before, after):
            values = {"issue": issue, "before": before.value, "after": after.value}
        case CaseGroupChanged(case, before_group, after_group):
            values = {
                "case": case,
                "before": before_group.name,
                "after": after_group.name,
            }
        case IssueLinked(issue):
            values = {"issue": issue}
        case AssigneeChanged(thing, was, now):
            values = {"thing": thing, "before": named(was), "after": named(now)}
    return {"kind": kind, **values}


def plan_view(base: Base, seen: Snapshot, plan: Plan) -> Json:
    """Everything one look decided, with what it was decided from."""
    return {
        "base": base_view(base),
        "seen": seen_view(seen),
        "changes": [change_view(change) for change in plan.changes],
        "actions": [action_view(action) for action in plan.actions],
        "overruled": overruled_view(plan),
        "notes": list(plan.notes),
    }


def overruled_view(plan: Plan) -> Json:
    """The changes that lost, each with the reason."""
    return [
        {"change": change_view(each.change), "reason": each.reason}
        for each in plan.overruled
    ]


def action_view(action: Action) -> Json:
    """One write to do."""
    target, value = target_and_value(action)
    return {
        "kind": kind_of(action),
        "target": target,
        "value": value,
        "reason": action.reason,
    }


def kind_of(action: Action) -> str:
    """The kind of an action as people read it."""
    return _snake(type(action).__name__)


def target_and_value(action: Action) -> tuple[str, str]:
    """What an action writes to, and what it writes, as words."""
    match action:
        case SetIssueState(issue, state):
            return issue, state.value
        case SetCaseStatus(case, group):
            return case, group.name
        case SetIssueAssignee(issue, person):
            return issue, named(person)
        case SetCaseAssignee(case, person):
            return case, named(person)
        case ListIssueOnCase(case, issue):
            return case, issue
        case (
            CreateComment(target, marker)
            | EditComment(target, _, marker)
            | DeleteComment(target, _, marker)
        ):
            return target, marker


def word(value: object) -> str:
    """A state or a group by its name."""
    return value.name if isinstance(value, StatusGroup) else str(value)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()

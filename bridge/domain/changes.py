"""What somebody did, told from base and seen; the names are past tense."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from bridge.domain.assigned import held_of, identities
from bridge.domain.base import Base, Held
from bridge.domain.model import CaseId, IssueId, Snapshot, State, StatusGroup
from bridge.domain.people import Identity
from bridge.domain.policy import Policy

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class IssueStateChanged:
    """Somebody, or the tracker itself, moved an issue."""

    issue: IssueId
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class CaseGroupChanged:
    """Somebody, or the tracker itself, moved a case to another status group."""

    case: CaseId
    before: StatusGroup
    after: StatusGroup


@dataclass(frozen=True, slots=True)
class IssueLinked:
    """An issue was linked to the case since the last look."""

    issue: IssueId


@dataclass(frozen=True, slots=True)
class AssigneeChanged:
    """Somebody assigned a case or an issue to somebody else, or to nobody."""

    thing: CaseId | IssueId
    before: Identity
    after: Identity


Change = IssueStateChanged | CaseGroupChanged | IssueLinked | AssigneeChanged


@dataclass(frozen=True, slots=True)
class Overruled:
    """A change that lost, and why: it is recorded, and its value is written over."""

    change: Change
    reason: str


def find_changes(base: Base, seen: Snapshot, policy: Policy) -> tuple[Change, ...]:
    """What people did between *base* and *seen*: the case first, issues by id."""
    return (
        *_case_changes(base, seen),
        *_issue_changes(base, seen),
        *_assignee_changes(base, seen, policy),
    )


def _case_changes(base: Base, seen: Snapshot) -> Iterator[Change]:
    if base.case and _is_edit(base.case.group, seen.case.group):
        before = base.case.group.value
        yield CaseGroupChanged(seen.case.id, before, seen.case.group)


def _issue_changes(base: Base, seen: Snapshot) -> Iterator[Change]:
    for issue in seen.issues:
        agreed = base.issues.get(issue.id)
        if agreed is None:
            yield IssueLinked(issue.id)
        elif _is_edit(agreed.state, issue.state):
            yield IssueStateChanged(issue.id, agreed.state.value, issue.state)


def _assignee_changes(base: Base, seen: Snapshot, policy: Policy) -> Iterator[Change]:
    for thing, identity in identities(seen, policy).items():
        held = held_of(base, seen, thing)
        if held and _is_edit(held, identity):
            yield AssigneeChanged(thing, held.value, identity)


def _is_edit(held: Held[V], value: V) -> bool:
    """True unless *value* is the agreed one, or the one we were about to write."""
    return value != held.value and not (held.owed and value == held.owed.value)

"""One write each, still to be done, with the reason for it; and the plan they form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.domain.changes import Change, Overruled
from bridge.domain.comment_actions import CommentAction
from bridge.domain.model import CaseId, IssueId, State, StatusGroup
from bridge.domain.people import Identity


@dataclass(frozen=True, slots=True)
class SetIssueState:
    """Move an issue to *state*."""

    issue: IssueId
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class SetCaseStatus:
    """Move a case to the default status of *group*."""

    case: CaseId
    group: StatusGroup
    reason: str


@dataclass(frozen=True, slots=True)
class SetIssueAssignee:
    """Assign an issue to *person*, whose *account* is the tracker's own id of them;
    to nobody where it is None."""

    issue: IssueId
    person: Identity
    account: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class SetCaseAssignee:
    """Assign a case, likewise."""

    case: CaseId
    person: Identity
    account: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ListIssueOnCase:
    """Put a link to *issue* on the case itself, where people can see it."""

    case: CaseId
    issue: IssueId
    reason: str


ValueAction = (
    SetIssueAssignee | SetCaseAssignee | SetIssueState | SetCaseStatus | ListIssueOnCase
)
Action = ValueAction | CommentAction


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a thing should be assigned to, and why."""

    identity: Identity
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What one look decided: what was done, what will be written, who was overruled.

    *notes* say why something seen leads to no write. *withheld* are writes that stay
    owed, and are not tried until a later look no longer withholds them. *wishes* are
    all the assignees that are wanted, also those that nobody can write for want of an
    account; where *is_assigned_anew* no other assignee is owed any more.
    """

    changes: tuple[Change, ...] = ()
    actions: tuple[Action, ...] = ()
    overruled: tuple[Overruled, ...] = ()
    notes: tuple[str, ...] = ()
    withheld: tuple[Action, ...] = ()
    wishes: Mapping[CaseId | IssueId, Wish] = field(default_factory=dict)
    is_assigned_anew: bool = False

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to write: the case is settled."""
        return not self.actions

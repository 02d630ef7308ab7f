"""One write each, still to be done, with the reason for it; and the plan they form."""

from dataclasses import dataclass

from bridge.domain.changes import Change, Overruled
from bridge.domain.model import CaseId, IssueId, State, StatusGroup


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
class ListIssueOnCase:
    """Put a link to *issue* on the case itself, where people can see it."""

    case: CaseId
    issue: IssueId
    reason: str


Action = SetIssueState | SetCaseStatus | ListIssueOnCase


@dataclass(frozen=True, slots=True)
class Plan:
    """What one look decided: what was done, what will be written, who was overruled.

    *notes* say why something seen leads to no write.
    """

    changes: tuple[Change, ...] = ()
    actions: tuple[Action, ...] = ()
    overruled: tuple[Overruled, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to write: the case is settled."""
        return not self.actions

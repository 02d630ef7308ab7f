"""What somebody did, told from base and seen; the names are past tense."""

from dataclasses import dataclass

from bridge.domain.model import CaseId, IssueId, State, StatusGroup


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


Change = IssueStateChanged | CaseGroupChanged | IssueLinked


@dataclass(frozen=True, slots=True)
class Overruled:
    """A change that lost, and why: it is recorded, and its value is written over."""

    change: Change
    reason: str

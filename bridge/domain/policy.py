"""What the operator chose about the sync, as the rules need it."""

from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.model import TrackerName
from bridge.domain.people import NO_TABLE, People


class Direction(StrEnum):
    """Which way one kind of value travels."""

    TWO_WAY = "two-way"
    ISSUE_TO_CASE = "issue-to-case"
    CASE_TO_ISSUE = "case-to-issue"
    OFF = "off"

    @property
    def reaches_cases(self) -> bool:
        """True when edits of issues are written to their case."""
        return self in (Direction.TWO_WAY, Direction.ISSUE_TO_CASE)

    @property
    def reaches_issues(self) -> bool:
        """True when edits of a case are written to its issues."""
        return self in (Direction.TWO_WAY, Direction.CASE_TO_ISSUE)


class Conflict(StrEnum):
    """Whose edit wins when a case and one of its issues were edited at once."""

    CASE = "case"
    ISSUE = "issue"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides whether and what is written.

    *lists_issues* is False where the case's tracker cannot show issues on a case;
    *assignable* are the trackers that tell and take an assignee.
    """

    state: Direction = Direction.TWO_WAY
    conflict: Conflict = Conflict.CASE
    lists_issues: bool = True
    assignee: Direction = Direction.TWO_WAY
    assignable: frozenset[TrackerName] = frozenset()
    people: People = NO_TABLE


DEFAULT_POLICY = Policy()

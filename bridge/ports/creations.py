"""Cases that are about to be created: reserved first, so that each issue gets one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bridge.domain.model import CaseId, IssueId, TrackerName

HELD_BACK = "held back: "
"""What the reason of a key begins with whose rule has made its cases for this hour."""


class CreationStatus(StrEnum):
    """How far a creation has come.

    RESERVED: nothing was sent. TRYING: a request was sent whose answer is not known.
    CREATED: the case is there. STUCK: nobody can tell whether it is; an operator must.
    """

    RESERVED = "reserved"
    TRYING = "trying"
    CREATED = "created"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Creation:
    """One case to be created for *issue*: where, by which rule, how far it is.

    *rule* is empty where a person asked for it; *tried_at* is the first request whose
    answer is not known.
    """

    issue: IssueId
    tracker: TrackerName
    project: str
    rule: str
    reserved_at: datetime
    status: CreationStatus = CreationStatus.RESERVED
    tried_at: datetime | None = None
    case: CaseId | None = None

    @property
    def is_open(self) -> bool:
        """True while it may still lead to a case."""
        return self.status is not CreationStatus.CREATED


class BeingCreated(Exception):
    """The issue is about to get a case of its own."""

    def __init__(self, issue: IssueId) -> None:
        super().__init__(f"a case is being created for {issue}")
        self.issue = issue


@dataclass(frozen=True, slots=True)
class Limit:
    """At most *cases* reservations by one rule after *since*."""

    cases: int
    since: datetime


class HeldBack(Exception):
    """The rule has reserved all the cases it may; *oldest* is the reservation that has
    to fall out of the limit first, None where it may reserve none at all."""

    def __init__(self, oldest: datetime | None) -> None:
        super().__init__("the rule has reserved all the cases it may for now")
        self.oldest = oldest


class AlreadyReserved(Exception):
    """A case is being created for the issue already."""

    def __init__(self, creation: Creation) -> None:
        super().__init__(f"a case is being created for {creation.issue} already")
        self.creation = creation

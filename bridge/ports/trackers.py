"""What a tracker can be asked, and what it is allowed to say in a webhook.

Every call raises one of ``bridge.ports.errors`` and nothing else. Ids are the bridge's
own (``tracker:id``) in arguments and answers; an adapter takes its prefix off and puts
it on. No call is made for an ability that the adapter does not declare.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bridge.domain.model import (
    Case,
    CaseId,
    Comment,
    Issue,
    IssueId,
    Person,
    State,
    StatusGroup,
    TrackerName,
)


class Side(StrEnum):
    """On which side of the bridge a kind of tracker stands."""

    ISSUES = "issues"
    CASES = "cases"


class Ability(StrEnum):
    """Something a tracker can do for the bridge."""

    READ_STATE = "read state"
    WRITE_STATE = "write state"
    READ_ASSIGNEE = "read assignee"
    WRITE_ASSIGNEE = "write assignee"
    FIND_PEOPLE = "find people"
    LIST_COMMENTS = "list comments"
    CREATE_COMMENT = "create comment"
    EDIT_COMMENT = "edit comment"
    DELETE_COMMENT = "delete comment"
    CREATE = "create"
    LIST_ISSUES = "list issues on the case"
    SEARCH = "search"
    MODIFICATION_TIME = "modification time"
    WEBHOOK_STATE = "webhook on state"
    WEBHOOK_ASSIGNEE = "webhook on assignee"
    WEBHOOK_COMMENT = "webhook on comment"
    WEBHOOK_NEW = "webhook on new"


Abilities = frozenset[Ability]

COMMENTING: Abilities = frozenset(
    {
        Ability.LIST_COMMENTS,
        Ability.CREATE_COMMENT,
        Ability.EDIT_COMMENT,
        Ability.DELETE_COMMENT,
    }
)
"""What a tracker can do that has comments like any other."""


@dataclass(frozen=True, slots=True)
class RateBudget:
    """What a tracker's last answer said of its rate limit."""

    limit: int
    remaining: int
    resets_at: datetime


class Tracker(Protocol):
    """What both sides have in common."""

    @property
    def name(self) -> TrackerName:
        """The name it has in the configuration."""
        ...

    @property
    def side(self) -> Side:
        """Whether it holds issues or cases."""
        ...

    @property
    def abilities(self) -> Abilities:
        """What may be asked of it."""
        ...

    @property
    def budget(self) -> RateBudget | None:
        """The rate limit as last heard; None while the tracker has not said.

        Of several limits the most constrained one: who keeps to it keeps to the
        limit of reads too.
        """
        ...

    async def find_people(self, email: str) -> tuple[Person, ...]:
        """Every account with that e-mail, in whatever letter case, also inactive and
        unverified ones; none where the tracker does not let us look."""
        ...


class Commented(Protocol):
    """The comments of issues or of cases; *thing* is the tracker's kind of the two."""

    @property
    def comment_limit(self) -> int:
        """The longest text of a comment, in characters."""
        ...

    def comments(self, thing: IssueId | CaseId) -> AsyncIterator[Comment]:
        """The comments, newest first; deleted ones are left out or marked.

        Only a reading that came to its end without an error was complete: a comment
        that is missing from it is deleted.
        """
        ...

    async def add_comment(self, thing: IssueId | CaseId, text: str) -> Comment:
        """Write a comment; AmbiguousError when it may be there all the same."""
        ...

    async def edit_comment(
        self, thing: IssueId | CaseId, comment: str, text: str
    ) -> None:
        """Replace the text of a comment; GoneError when it is deleted."""
        ...

    async def delete_comment(self, thing: IssueId | CaseId, comment: str) -> None:
        """Delete a comment; one that is gone already counts as deleted."""
        ...


class IssueTracker(Tracker, Commented, Protocol):
    """An error tracker."""

    async def get_issue(self, issue: IssueId) -> Issue:
        """The issue as it is now; GoneError when there is none."""
        ...

    async def set_state(self, issue: IssueId, state: State) -> Issue:
        """Give the issue a state; the issue as the tracker confirms it."""
        ...

    async def set_assignee(self, issue: IssueId, person: str | None) -> Issue:
        """Assign the person with the tracker's own id *person*, or nobody; the issue
        as the tracker confirms it, which need not be what was asked."""
        ...

    def find_issues(
        self, query: str, since: datetime, until: datetime
    ) -> AsyncIterator[Issue]:
        """Issues with errors in [since, until), each once, in no promised order."""
        ...


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is created with; *project* is a key or the tracker's own id."""

    project: str
    title: str
    description: str
    group: StatusGroup
    assignee: str | None = None


class CaseTracker(Tracker, Commented, Protocol):
    """A case tracker."""

    async def get_case(self, id_or_key: str) -> Case:
        """The case by its own id or its key (without the tracker's name)."""
        ...

    def find_cases(self, filter_text: str) -> AsyncIterator[Case]:
        """The cases that the tracker's own search finds, page by page, each once."""
        ...

    async def create_case(self, new: NewCase) -> Case:
        """Create a case; AmbiguousError when it may exist although no answer came."""
        ...

    async def set_group(self, case: CaseId, group: StatusGroup) -> Case:
        """Move the case to the default status of *group*."""
        ...

    async def set_assignee(self, case: CaseId, person: str | None) -> Case:
        """Assign the person with the tracker's own id *person*, or nobody; the case
        as the tracker confirms it, which need not be what was asked."""
        ...

    async def list_issue(self, case: CaseId, issue: Issue) -> Case:
        """Show a link to *issue* on the case; again is harmless."""
        ...

    async def unlist_issue(self, case: CaseId, issue: Issue) -> Case:
        """Take the link to *issue* off the case; again is harmless."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """Where a delivery may say to look, in the trackers' own ids, best first.

    Whatever may be an id is offered, since the store knows which exist; both empty:
    look at the tracker at large. *kind* is the sender's word for what happened, as far
    as it is fit to show.
    """

    issues: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    kind: str = ""
    occurred_at: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A verified delivery: its identity for de-duplication, and what it says.

    *identity* is the same for every repetition of one delivery by its sender.
    *is_exact* is True where the sender itself tells deliveries apart; where it is
    False a repetition may be a second event with the same words, so the bridge looks
    again although it records nothing twice. *secret* is which of the accepted secrets
    it proved to know, counted from 1; 0 where that cannot be told.
    """

    identity: str
    heard: Heard
    is_exact: bool
    secret: int = 0


class WebhookReader(Protocol):
    """Verifies and reads deliveries; no I/O."""

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Reading:
        """What the delivery says; BadCredentials or MalformedDelivery. Header names
        are compared without regard to letter case by the mapping given."""
        ...

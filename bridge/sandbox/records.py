"""What the sandbox's world is made of; every change makes a new record."""

from dataclasses import dataclass, field
from enum import StrEnum

Instant = int
"""Nanoseconds since the epoch: Datadog's case times carry nine fractional digits."""


class IssueState(StrEnum):
    """The names that Datadog's API has for an issue's states."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    RESOLVED = "RESOLVED"
    IGNORED = "IGNORED"
    EXCLUDED = "EXCLUDED"


class Group(StrEnum):
    """The three groups a case's statuses fall into, as the legacy status names them."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    CLOSED = "CLOSED"


class Via(StrEnum):
    """By which door a change came in."""

    PERSON = "person"
    API = "api"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes something, and by which door."""

    user_id: str
    via: Via


@dataclass(frozen=True, slots=True)
class User:
    """An account."""

    id: str
    name: str
    email: str
    is_active: bool = True
    is_verified: bool = True

    @property
    def handle(self) -> str:
        """What Datadog shows for the account: its e-mail, else its id."""
        return self.email or self.id


@dataclass(frozen=True, slots=True)
class Team:
    """A team that owns issues."""

    id: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """Where cases live; its key begins their keys."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class StatusOptions:
    """The statuses of one group, and the one that stands for the group."""

    names: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case with the statuses it may have."""

    id: str
    name: str
    statuses: dict[Group, StatusOptions]
    is_internal: bool = False
    deleted_at: Instant | None = None

    def group_of(self, status_name: str) -> Group | None:
        """The group in which *status_name* is, or None for a status it lacks."""
        for group, options in self.statuses.items():
            if status_name in options.names:
                return group
        return None


@dataclass(frozen=True, slots=True)
class Insight:
    """Something listed on a case, such as an Error Tracking issue."""

    type: str
    ref: str
    resource_id: str


@dataclass(frozen=True, slots=True)
class Regression:
    """When an issue was resolved and came back."""

    resolved_at: Instant
    regressed_at: Instant
    version: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a case or an issue; deleted ones stay, marked."""

    id: str
    author: str
    text: str
    created_at: Instant
    modified_at: Instant | None = None
    deleted_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One error; *native_case* is the case that Datadog itself would have for it."""

    id: str
    error_type: str
    error_message: str
    service: str
    first_seen: Instant
    last_seen: Instant
    state: IssueState = IssueState.OPEN
    platform: str = "BACKEND"
    languages: tuple[str, ...] = ("PYTHON",)
    env: str = "prod"
    file_path: str = ""
    function_name: str = ""
    version: str = ""
    is_crash: bool = False
    total_count: int = 1
    assignee: str | None = None
    teams: tuple[str, ...] = ()
    native_case: str | None = None
    regression: Regression | None = None
    resolved_at: Instant | None = None
    comments: tuple[Comment, ...] = ()

    @property
    def title(self) -> str:
        """The name under which a person knows it."""
        return f"{self.error_type}: {self.error_message}"


@dataclass(frozen=True, slots=True)
class Case:
    """One case; *key* changes when it is moved to another project."""

    id: str
    key: str
    number: int
    project: str
    type_id: str
    title: str
    status_name: str
    group: Group
    created_at: Instant
    created_by: str
    description: str = ""
    priority: str = "NOT_DEFINED"
    assignee: str | None = None
    modified_at: Instant | None = None
    modified_by: str | None = None
    closed_at: Instant | None = None
    archived_at: Instant | None = None
    merged_into: str | None = None
    creation_source: str = "MANUAL"
    insights: tuple[Insight, ...] = ()
    comments: tuple[Comment, ...] = ()
    attributes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that changed in the world."""

    sequence: int
    kind: str
    at: Instant
    hand: Hand
    issue_id: str | None = None
    case_id: str | None = None
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that a person did."""

    at: Instant
    by: str
    name: str
    target: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """One mutating API request: what came and how it was answered.

    *status* is None where the connection was cut before anything was done;
    *has_changed* tells a real change from a write of what was there already, and
    *is_answered* is False where the answer was cut off on its way.
    """

    at: Instant
    method: str
    path: str
    body: str
    status: int | None
    has_changed: bool
    is_answered: bool = True

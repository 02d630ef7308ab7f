"""The things the bridge speaks of: issues, cases, people and the snapshot of a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

TrackerName = NewType("TrackerName", str)
"""The name a tracker has in the configuration, such as ``errors``."""

IssueId = NewType("IssueId", str)
"""An issue anywhere: ``tracker:id``, such as ``errors:5f8ebd5c-6dd9-11f0-8a28-…``."""

CaseId = NewType("CaseId", str)
"""A case anywhere: ``tracker:id`` with the tracker's lasting id, never its key."""


class State(StrEnum):
    """What an issue's tracker says of it."""

    FOR_REVIEW = "FOR_REVIEW"
    REVIEWED = "REVIEWED"
    RESOLVED = "RESOLVED"
    IGNORED = "IGNORED"
    EXCLUDED = "EXCLUDED"


class StatusGroup(IntEnum):
    """What a case's status amounts to; ordered from least to most advanced."""

    OPEN = 1
    IN_PROGRESS = 2
    CLOSED = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as one tracker knows them; *id* is that tracker's own.

    *email* is empty where the tracker hides it; *is_verified* is False where the
    tracker says that nobody has proven to own it.
    """

    id: str
    email: str = ""
    name: str = ""
    is_active: bool = True
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Issue:
    """One error in an issue tracker, as read.

    *modified_at* is None where the tracker keeps no modification time (Datadog does
    not). *native_case* is the own id of the case that the tracker itself has for the
    issue. *attributes* are what routing rules may ask for: name to values.
    """

    id: IssueId
    state: State
    title: str = ""
    url: str = ""
    assignee: Person | None = None
    modified_at: datetime | None = None
    first_seen: datetime | None = None
    native_case: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One unit of work in a case tracker, as read.

    *key* is what people call it (``SHOP-12``) and may change; *issues* are the own ids
    of the issues its tracker lists on it; *withdrawn* says why nobody should write to
    it any more (archived, merged), and is empty while it is in use.
    """

    id: CaseId
    group: StatusGroup
    status: str = ""
    key: str = ""
    title: str = ""
    description: str = ""
    url: str = ""
    project: str = ""
    assignee: Person | None = None
    modified_at: datetime | None = None
    issues: tuple[str, ...] = ()
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as read; *edited_at* is None until somebody edits it.

    *url* is empty where the tracker has no page for a single comment.
    """

    id: str
    text: str
    author: Person | None = None
    created_at: datetime | None = None
    edited_at: datetime | None = None
    is_deleted: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A case with its linked issues at one moment; issues are sorted by id."""

    case: Case
    issues: tuple[Issue, ...] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.issues, key=lambda issue: issue.id))
        object.__setattr__(self, "issues", ordered)


def qualify(tracker: TrackerName | str, own_id: str) -> str:
    """The id by which the whole bridge knows *own_id* of *tracker*."""
    return f"{tracker}:{own_id}"


def tracker_of(thing: IssueId | CaseId) -> TrackerName:
    """The name of the tracker in which *thing* lives."""
    return TrackerName(thing.partition(":")[0])


def own_id(thing: IssueId | CaseId) -> str:
    """The id that its own tracker gave to *thing*."""
    return thing.partition(":")[2]

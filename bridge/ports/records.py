"""What the store gives back: deliveries, links, cases, work; times in UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

from bridge.domain.base import Base, CaseBase, IssueBase
from bridge.domain.model import Case, CaseId, IssueId, TrackerName

Key = NewType("Key", str)
"""What is looked at as one: a CaseId, the IssueId of an issue without a case, or
``tracker:*`` for a tracker at large."""


class Outcome(StrEnum):
    """How an event ended."""

    APPLIED = "applied"
    NO_OP = "no-op"
    IGNORED = "ignored"
    PARKED = "parked"
    DEAD = "dead"


class Cause(StrEnum):
    """Why the bridge looked."""

    DELIVERY = "delivery"
    POLL = "poll"
    LINK = "link"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A verified delivery to be taken in.

    *subjects* are the keys it may be about, best first, as heard: CaseIds, case handles
    (``cases:SHOP-12``), IssueIds. The store resolves each to a case that it knows; the
    first that resolves is the event's key, else the first. (tracker, identity) is
    unique.
    """

    id: str
    tracker: TrackerName
    identity: str
    is_exact: bool
    subjects: tuple[str, ...]
    kind: str
    received_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The id under which the delivery is kept, and the keys that are due through it.

    A repetition has the id of the first and *is_new* False; it makes its keys due
    again only where the sender does not tell deliveries apart (*is_exact* False).
    """

    id: str
    is_new: bool
    due: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An issue that belongs to a case, and what was last known of both.

    *drift* and *gone* are reasons, empty while there is none. *state* is what was last
    seen of the issue, as text for display.
    """

    issue: IssueId
    case: CaseId
    since: datetime
    base: IssueBase | None = None
    state: str = ""
    title: str = ""
    url: str = ""
    drift: str = ""
    gone: str = ""
    is_native: bool = False


ASKED = datetime.fromtimestamp(0, UTC)
"""The next look at a case that somebody asked to look at: before all others."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """What is kept of a case: its base, and what was last seen, for display.

    *next_look* is when the timer looks at it, ASKED if somebody asked for that. *since*
    is when its first link was made, which the store sees to: a case whose last
    link was taken away and that is linked again is another one.
    """

    id: CaseId
    key: str = ""
    title: str = ""
    url: str = ""
    project: str = ""
    status: str = ""
    group: str = ""
    base: CaseBase | None = None
    drift: str = ""
    gone: str = ""
    paused: str = ""
    next_look: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link together with its case, as listed."""

    link: Link
    case: CaseRecord


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event that waits: what made it, where and when; *is_parked* once a pass has
    left it behind a circuit or a pause."""

    event: str
    tracker: TrackerName
    cause: Cause
    at: datetime
    is_parked: bool = False


@dataclass(frozen=True, slots=True)
class OpenPass:
    """A pass that has begun and not ended, and the fingerprint of its plan."""

    id: str
    plan: str


@dataclass(frozen=True, slots=True)
class Job:
    """Everything one pass starts from.

    *version* changes whenever somebody makes the key due; *events* are the ids of its
    events without an outcome, and of those parked, oldest first. No pass is made before
    *held_until*: a tracker asked to wait. *kinds* are what the senders of the events
    called them, *arrivals* more of each. *open_pass* is the last that began for one of
    the events and has not ended: a pass that decides the same goes on with it under its
    id.
    """

    key: Key
    version: int
    attempts: int
    failing_since: datetime | None
    events: tuple[str, ...]
    case: CaseRecord | None
    links: tuple[Link, ...]
    held_until: datetime | None = None
    kinds: frozenset[str] = frozenset()
    arrivals: tuple[Arrival, ...] = ()
    open_pass: OpenPass | None = None

    @property
    def base(self) -> Base:
        """What is agreed of the case and of each link that was looked at before."""
        return Base(
            case=self.case.base if self.case else None,
            issues={link.issue: link.base for link in self.links if link.base},
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A key and when it is to be looked at."""

    key: Key
    at: datetime


def record_of(case: Case, next_look: datetime | None = None) -> CaseRecord:
    """What is kept of a case read for the first time."""
    return CaseRecord(
        id=case.id,
        key=case.key,
        title=case.title,
        url=case.url,
        project=case.project,
        status=case.status,
        group=case.group.name,
        next_look=next_look,
    )

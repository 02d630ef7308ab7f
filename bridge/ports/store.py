"""What the store keeps and gives back: the inbox, the work due, links, bases, records.

All changes go through :meth:`Store.accept`, :meth:`Store.link`, :meth:`Store.unlink`
and :meth:`Store.commit`; each is one durable transaction, all or nothing, and is
finished when it returns. Every call may raise StoreUnavailable. Times are aware UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType, Protocol

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


class ActionStatus(StrEnum):
    """How far one action of a pass has come."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    WOULD = "would"


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


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """What is kept of a case: its base, and what was last seen, for display."""

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


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link together with its case, as listed."""

    link: Link
    case: CaseRecord


@dataclass(frozen=True, slots=True)
class Job:
    """Everything one pass starts from.

    *version* changes whenever somebody makes the key due; *events* are the ids of its
    events without an outcome, and of those parked, oldest first. No pass is made before
    *held_until*: a tracker asked to wait.
    """

    key: Key
    version: int
    attempts: int
    failing_since: datetime | None
    events: tuple[str, ...]
    case: CaseRecord | None
    links: tuple[Link, ...]
    held_until: datetime | None = None

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


@dataclass(frozen=True, slots=True)
class PassRecord:
    """One look that had something to say: inserted once, finished once.

    *base*, *seen*, *changes*, *overruled*, *notes* are JSON values made for people.
    """

    id: str
    key: Key
    cause: Cause
    started_at: datetime
    is_dry: bool
    base: Any
    seen: Any
    changes: Any
    overruled: Any
    notes: Any


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One action of a pass: the outbox row, written before it is tried."""

    pass_id: str
    n: int
    kind: str
    target: str
    value: str
    reason: str
    status: ActionStatus = ActionStatus.PLANNED
    receipt: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pass, and with it the events it answered, ended."""

    outcome: Outcome
    reason: str
    at: datetime
    pass_id: str | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that no tracker sent: a poll that found something, an operator's act."""

    id: str
    tracker: TrackerName
    key: Key
    cause: Cause
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkDone:
    """The key needs no look any more, unless its version has moved since *version*."""

    key: Key
    version: int


@dataclass(frozen=True, slots=True)
class WorkLater:
    """Look again at *at*; *attempts* failed so far since *failing_since*.

    When the key's version has moved since *version* it is due at once instead,
    except while *holds* is set, which keeps *at* (a tracker that asked to wait).
    """

    key: Key
    version: int
    at: datetime
    attempts: int = 0
    failing_since: datetime | None = None
    reason: str = ""
    holds: bool = False


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An action given up, kept until an operator retries or skips it."""

    id: str
    key: Key
    kind: str
    target: str
    value: str
    reason: str
    since: datetime
    pass_id: str


@dataclass(frozen=True, slots=True)
class Commit:
    """What one transaction writes. Links and cases replace the stored ones by id and
    are dropped when no such link or case is stored any more (it was unlinked; made
    anew, a link has another *since*). *work* comes before *due*, which wakes a key
    even where it is held."""

    passes: Sequence[PassRecord] = ()
    actions: Sequence[ActionRecord] = ()
    links: Sequence[Link] = ()
    cases: Sequence[CaseRecord] = ()
    events: Sequence[NewEvent] = ()
    endings: Sequence[Ending] = ()
    dead: Sequence[DeadLetter] = ()
    revived: Sequence[str] = ()
    work: Sequence[WorkDone | WorkLater] = ()
    due: Sequence[Due] = ()


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as listed: what came, what it led to."""

    id: str
    tracker: TrackerName
    key: Key
    cause: Cause
    kind: str
    at: datetime
    outcome: Outcome | None
    reason: str
    record: PassRecord | None
    actions: tuple[ActionRecord, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits. *waiting* are keys due now or later, *retrying* those of them
    that failed before; *pending* are events without an outcome."""

    pending: int = 0
    waiting: int = 0
    retrying: int = 0
    dead: int = 0
    parked: int = 0
    paused: int = 0
    drifted: int = 0
    links: int = 0
    cases: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)


class LinkExists(Exception):
    """The issue has a case already."""

    def __init__(self, link: Link, case: CaseRecord) -> None:
        super().__init__(f"{link.issue} has the case {case.id} already")
        self.link = link
        self.case = case


class Store(Protocol):
    """The durable memory of the bridge."""

    async def accept(self, delivery: NewDelivery) -> Accepted:
        """Keep a delivery and make its keys due at its *received_at*."""
        ...

    async def link(self, link: Link, case: CaseRecord, event: NewEvent) -> None:
        """Insert a link (and its case if new), move the issue's waiting events to the
        case's key, record the event without outcome, make the case due; LinkExists."""
        ...

    async def unlink(self, issue: IssueId, event: NewEvent) -> Link | None:
        """Remove a link and with it the issue's base; the event ends as applied. A
        case left without links is forgotten with its work. None if there was none."""
        ...

    async def load(self, key: Key) -> Job:
        """What a pass over *key* starts from; version 0 when the key is not due."""
        ...

    async def commit(self, commit: Commit) -> None:
        """Write everything in *commit*, or nothing."""
        ...

    async def due(self) -> list[Due]:
        """Every key that is due now or later, earliest first."""
        ...

    async def looks_due(self, now: datetime, limit: int) -> list[CaseId]:
        """Cases whose timed look has come, longest waiting first."""
        ...

    async def find_link(self, issue: IssueId) -> LinkRow | None:
        """The link of *issue*, if it has one."""
        ...

    async def find_case(self, case_or_handle: str) -> CaseRecord | None:
        """A case by its id or by ``tracker:KEY``."""
        ...

    async def links(
        self, *, case: CaseId | None = None, after: str = "", limit: int = 100
    ) -> list[LinkRow]:
        """Links in the order of their issue ids, from behind *after*."""
        ...

    async def events(
        self, *, key: Key | None = None, before: str = "", limit: int = 100
    ) -> list[EventRow]:
        """Events, newest first, from before the event id *before* (ids sort by age)."""
        ...

    async def dead(self, *, after: str = "", limit: int = 100) -> list[DeadLetter]:
        """Dead letters, oldest first, from behind *after*."""
        ...

    async def counts(self) -> Counts:
        """How much waits."""
        ...

    async def aclose(self) -> None:
        """Finish what is being written and let go of the files."""
        ...


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

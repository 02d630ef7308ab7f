"""What the store keeps and gives back: the inbox, the work due, links, bases, records.

All changes go through :meth:`Store.accept`, :meth:`Store.link`, :meth:`Store.unlink`,
:meth:`Store.reserve`, :meth:`Store.commit` and :meth:`Store.prune`; each is one durable
transaction, all or nothing, and is finished when it returns. Every call may raise
StoreUnavailable. Times are aware UTC.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bridge.domain.comment_records import CommentBase
from bridge.domain.model import CaseId, IssueId
from bridge.ports.commits import Commit, Counts, DeadLetter, EventRow, NewEvent
from bridge.ports.creations import Creation, Limit
from bridge.ports.idempotency import KeptAnswers
from bridge.ports.records import (
    Accepted,
    CaseRecord,
    Due,
    Job,
    Key,
    Link,
    LinkRow,
    NewDelivery,
)
from bridge.ports.sightings import Sighting
from bridge.ports.survey import Survey


class LinkExists(Exception):
    """The issue has a case already."""

    def __init__(self, link: Link, case: CaseRecord) -> None:
        super().__init__(f"{link.issue} has the case {case.id} already")
        self.link = link
        self.case = case


class Store(Protocol):
    """The durable memory of the bridge."""

    @property
    def survey(self) -> Survey:
        """Reads for people who look on."""
        ...

    @property
    def answers(self) -> KeptAnswers:
        """What requests under a key were answered."""
        ...

    async def accept(self, delivery: NewDelivery) -> Accepted:
        """Keep a delivery and make its keys due at its *received_at*."""
        ...

    async def link(
        self,
        link: Link,
        case: CaseRecord,
        event: NewEvent,
        moved_from: CaseId | None = None,
    ) -> None:
        """Insert a link (and its case if new), move the issue's waiting events to the
        case's key, record the event without outcome, make the case due; LinkExists,
        BeingCreated while the issue is about to get a case of its own.

        A link to *moved_from* is replaced, as by :meth:`unlink`, and the event ends as
        applied; what waited for that case, too, where it was the last link.
        """
        ...

    async def unlink(self, issue: IssueId, event: NewEvent) -> Link | None:
        """Remove a link and with it the issue's base; the event ends as applied. A
        case left without links is forgotten with its work. None if there was none."""
        ...

    async def load(self, key: Key) -> Job:
        """What a pass over *key* starts from; version 0 when the key is not due."""
        ...

    async def still_linked(self, links: Sequence[Link]) -> set[IssueId]:
        """The issues of those *links* that stand as they were given: not taken away
        since, nor made anew. To be asked before each write of a pass; it is cheap."""
        ...

    async def load_comments(self, case: CaseId) -> CommentBase:
        """What is known of the comments of *case*, which is forgotten with the case."""
        ...

    async def commit(self, commit: Commit) -> None:
        """Write everything in *commit*, or nothing."""
        ...

    async def due(self) -> list[Due]:
        """Every key that is due now or later, earliest first."""
        ...

    async def looks_due(self, now: datetime, limit: int) -> list[CaseId]:
        """Cases whose look has come and that are not due, longest waiting first."""
        ...

    async def paused(self, limit: int) -> list[CaseRecord]:
        """Cases that wait to be resumed, in the order of their ids."""
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

    async def sighting(self, issue: IssueId) -> Sighting | None:
        """*issue* as it was last seen, if it ever was."""
        ...

    async def sightings(self, *, after: str = "", limit: int = 100) -> list[Sighting]:
        """Every issue as last seen, in the order of their ids, from behind *after*."""
        ...

    async def unhandled(self, *, after: str = "", limit: int = 100) -> list[Sighting]:
        """The same for issues that no rule has been carried out for yet."""
        ...

    async def count_unhandled(self) -> int:
        """How many of those there are."""
        ...

    async def reserve(
        self,
        creation: Creation,
        event: NewEvent | None = None,
        limit: Limit | None = None,
    ) -> None:
        """Reserve a case for an issue; LinkExists, AlreadyReserved, HeldBack. With
        *event*, what a person asked for, the issue is made due."""
        ...

    async def creation(self, issue: IssueId) -> Creation | None:
        """The case being or having been created for *issue*, if any."""
        ...

    async def set_aside_from(self, issue: IssueId) -> frozenset[CaseId]:
        """The cases from which a person unlinked *issue*, and has not linked it to
        again."""
        ...

    async def mark(self, name: str) -> datetime | None:
        """The moment that was remembered under *name*."""
        ...

    async def find_dead(self, letters: Sequence[str]) -> list[DeadLetter]:
        """The dead letters with these ids that there are, oldest first."""
        ...

    async def counts(self) -> Counts:
        """How much waits."""
        ...

    async def prune(
        self, before: datetime, limit: int, *, bodies_before: datetime | None = None
    ) -> int:
        """Let go of events that ended before *before*, with their passes, and of the
        bodies of those that ended before *bodies_before*: *limit* of each at most. How
        many rows went, 0 once nothing is left to go. Events that wait, dead letters
        and what led to them stay. A delivery that comes again after that is new."""
        ...

    async def aclose(self) -> None:
        """Finish what is being written and let go of the files."""
        ...

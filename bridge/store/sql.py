"""The Store over SQL: writes through one group commit, reads beside it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from bridge.domain.comment_records import CommentBase
from bridge.domain.model import CaseId, IssueId
from bridge.ports.commits import Commit, Counts, DeadLetter, EventRow, NewEvent
from bridge.ports.creations import (
    AlreadyReserved,
    BeingCreated,
    Creation,
    HeldBack,
    Limit,
)
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
from bridge.ports.sharing import LeaseLost, held
from bridge.ports.sightings import Sighting
from bridge.ports.store import LinkExists
from bridge.store import (
    asking,
    comments,
    creations,
    history,
    linking,
    reading,
    sightings,
    writing,
)
from bridge.store.asking import Checking, Loading, Question
from bridge.store.creations import Reserving
from bridge.store.faults import refusing, translated
from bridge.store.group_commit import GroupCommit
from bridge.store.kept_answers import SqlKeptAnswers
from bridge.store.linking import Linking, Unlinking
from bridge.store.pruning import Pruning
from bridge.store.sharing import SqlSharing
from bridge.store.survey import SqlSurvey
from bridge.store.writing import Fenced, Known, Write, Written

T = TypeVar("T")


class SqlStore:
    """Implements ``bridge.ports.store.Store`` over two engines of one database.

    *writing* and *reading* hand out the connections of the two threads; *release* is
    called when both are closed. *found_version* is that of the tables before that. It
    *is_shared* where other processes may have it open too.
    """

    def __init__(
        self,
        writing: Engine,
        reading: Engine,
        release: Callable[[], None],
        found_version: int,
    ) -> None:
        self.found_version = found_version
        self.is_shared = writing.dialect.name == "postgresql"
        self._writing = writing
        self._reading = reading
        self._release = release
        self._writer = GroupCommit[Write, Written]("store-writer", self._write)
        self._reader = GroupCommit[Question, Any]("store-reader", self._read)
        self.sharing = SqlSharing(self._writer, self._reader)
        self.survey = SqlSurvey(self._ask)
        self.answers = SqlKeptAnswers(self._writer, is_shared=self.is_shared)

    async def accept(self, delivery: NewDelivery) -> Accepted:
        """Keep a delivery and make its keys due."""
        accepted = await self._writer.submit(delivery)
        assert isinstance(accepted, Accepted)
        return accepted

    async def link(
        self,
        link: Link,
        case: CaseRecord,
        event: NewEvent,
        moved_from: CaseId | None = None,
    ) -> None:
        """Insert a link, and its case if it is new; LinkExists, BeingCreated."""
        refusal = await self._submit(Linking(link, case, event, moved_from))
        if isinstance(refusal, LinkExists | BeingCreated):
            raise refusal

    async def unlink(self, issue: IssueId, event: NewEvent) -> Link | None:
        """Remove a link; a case left without links is forgotten."""
        removed = await self._submit(Unlinking(issue, event))
        assert removed is None or isinstance(removed, Link)
        return removed

    async def commit(self, commit: Commit) -> None:
        """Write everything in *commit*, or nothing."""
        await self._submit(commit)

    async def load(self, key: Key) -> Job:
        """What a pass over *key* starts from."""
        job = await self._reader.submit(Loading(key))
        assert isinstance(job, Job)
        return job

    async def still_linked(self, links: Sequence[Link]) -> set[IssueId]:
        """The issues of those *links* that stand as they were given."""
        standing: set[IssueId] = await self._reader.submit(Checking(tuple(links)))
        return standing

    async def load_comments(self, case: CaseId) -> CommentBase:
        """What is known of the comments of *case*."""
        return await self._ask(lambda conn: comments.load(conn, case))

    async def due(self) -> list[Due]:
        """Every key that is due now or later, earliest first."""
        return await self._ask(reading.due)

    async def looks_due(self, now: datetime, limit: int) -> list[CaseId]:
        """Cases whose look has come and that are not due, longest waiting first."""
        return await self._ask(lambda conn: reading.looks_due(conn, now, limit))

    async def paused(self, limit: int) -> list[CaseRecord]:
        """Cases that wait to be resumed, in the order of their ids."""
        return await self._ask(lambda conn: reading.paused(conn, limit))

    async def find_link(self, issue: IssueId) -> LinkRow | None:
        """The link of *issue*, if it has one."""
        return await self._ask(lambda conn: linking.find(conn, issue))

    async def find_case(self, case_or_handle: str) -> CaseRecord | None:
        """A case by its id or by ``tracker:KEY``."""
        return await self._ask(lambda conn: reading.find_case(conn, case_or_handle))

    async def links(
        self, *, case: CaseId | None = None, after: str = "", limit: int = 100
    ) -> list[LinkRow]:
        """Links in the order of their issue ids, from behind *after*."""
        return await self._ask(
            lambda conn: reading.listed_links(conn, case, after, limit)
        )

    async def events(
        self, *, key: Key | None = None, before: str = "", limit: int = 100
    ) -> list[EventRow]:
        """Events, newest first, from before the event id *before*."""
        return await self._ask(
            lambda conn: history.listed_events(conn, key, before, limit)
        )

    async def dead(self, *, after: str = "", limit: int = 100) -> list[DeadLetter]:
        """Dead letters, oldest first, from behind *after*."""
        return await self._ask(lambda conn: history.listed_dead(conn, after, limit))

    async def sighting(self, issue: IssueId) -> Sighting | None:
        """*issue* as it was last seen, if it ever was."""
        return await self._ask(lambda conn: sightings.find(conn, issue))

    async def sightings(self, *, after: str = "", limit: int = 100) -> list[Sighting]:
        """Every issue as last seen, in the order of their ids, from behind *after*."""
        return await self._ask(lambda conn: sightings.listed(conn, after, limit))

    async def unhandled(self, *, after: str = "", limit: int = 100) -> list[Sighting]:
        """The same for issues that no rule has been carried out for yet."""
        return await self._ask(lambda conn: sightings.unhandled(conn, after, limit))

    async def count_unhandled(self) -> int:
        """How many of those there are."""
        return await self._ask(sightings.count_unhandled)

    async def reserve(
        self,
        creation: Creation,
        event: NewEvent | None = None,
        limit: Limit | None = None,
    ) -> None:
        """Reserve a case for an issue; LinkExists, AlreadyReserved, HeldBack."""
        refusal = await self._submit(Reserving(creation, event, limit))
        if isinstance(refusal, LinkExists | AlreadyReserved | HeldBack):
            raise refusal

    async def creation(self, issue: IssueId) -> Creation | None:
        """The case being or having been created for *issue*, if any."""
        return await self._ask(lambda conn: creations.find(conn, issue))

    async def set_aside_from(self, issue: IssueId) -> frozenset[CaseId]:
        """The cases from which a person unlinked *issue*."""
        return await self._ask(lambda conn: creations.set_aside_from(conn, issue))

    async def mark(self, name: str) -> datetime | None:
        """The moment that was remembered under *name*."""
        return await self._ask(lambda conn: creations.mark(conn, name))

    async def find_dead(self, letters: Sequence[str]) -> list[DeadLetter]:
        """The dead letters with these ids that there are, oldest first."""
        return await self._ask(lambda conn: history.found_dead(conn, letters))

    async def counts(self) -> Counts:
        """How much waits."""
        return await self._ask(history.counts)

    async def prune(
        self, before: datetime, limit: int, *, bodies_before: datetime | None = None
    ) -> int:
        """Let go of what ended before then, a few rows; how many went."""
        gone = await self._writer.submit(Pruning(before, limit, bodies_before))
        assert isinstance(gone, int)
        return gone

    async def aclose(self) -> None:
        """Finish what is being written and let go of the files."""
        await self._writer.aclose()
        await self._reader.aclose()
        self._reading.dispose()
        self._writing.dispose()
        self._release()

    async def _submit(self, write: Known) -> Written:
        """Have it done, under the fence of the task if it has one; LeaseLost."""
        under = held()
        if under is None:
            return await self._writer.submit(write)
        written = await self._writer.submit(Fenced(write, under.fence))
        if isinstance(written, LeaseLost):
            raise written
        return written

    async def _ask(self, question: Callable[[Connection], T]) -> T:
        answer: T = await self._reader.submit(question)
        return answer

    def _write(self, group: Sequence[Write]) -> list[Written]:
        with refusing(), translated(), self._writing.begin() as conn:
            return writing.write(conn, group)

    def _read(self, group: Sequence[Question]) -> list[Any]:
        with translated(), self._reading.connect() as conn:
            return asking.answer(conn, group)

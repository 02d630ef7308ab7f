"""Tells what was committed to whoever measures: what counts is what is durable."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

import structlog

from bridge.domain.model import CaseId, TrackerName, tracker_of
from bridge.ports.commits import Commit, Ending, WorkLater
from bridge.ports.errors import StoreUnavailable
from bridge.ports.measuring import Course, Measures, Step, StepKind
from bridge.ports.records import (
    Accepted,
    Arrival,
    Cause,
    Job,
    Key,
    NewDelivery,
    Outcome,
)
from bridge.ports.store import Store

log = structlog.get_logger(__name__)

HANDED_ON = "handed-on"
"""The result of a pass whose events another key's pass will answer."""

PUT_OFF = "put-off"
"""The result of a pass that is to be tried again."""

FAULT = "fault"
"""The result of a pass that the bridge itself failed in."""

DUE, QUIET = "due", "quiet"
"""The results of a look that makes its case due, and of one that finds nothing."""


@dataclass(slots=True)
class _Book:
    """What is known of the pass under way."""

    course: Course
    attempts: int
    arrivals: dict[str, Arrival] = field(default_factory=dict)


_book: ContextVar[_Book | None] = ContextVar("book", default=None)


@contextmanager
def passing(measures: Measures, job: Job, kind: StepKind) -> Iterator[Course]:
    """A pass, or a look, that begins with *job*: what is committed until it is over,
    also by tasks that it starts, says its result."""
    heard = (one for one in job.arrivals if one.cause is Cause.DELIVERY)
    deliveries = tuple(one.event for one in heard)
    step = Step(kind, _tracker_of(job.key), events=deliveries)
    with measures.step(step) as course:
        book = _Book(course, job.attempts, {one.event: one for one in job.arrivals})
        token = _book.set(book)
        try:
            yield course
            course.result = course.result or HANDED_ON
        finally:
            _book.reset(token)


def fault() -> None:
    """The pass under way met a fault of the bridge, whatever becomes of its key."""
    if (book := _book.get()) is not None:
        book.course.result = FAULT


class Accounting:
    """A store that tells *measures* what passes commit; all else goes through it."""

    def __init__(self, store: Store, measures: Measures) -> None:
        self._store = store
        self._measures = measures
        self._is_down = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def load(self, key: Key) -> Job:
        """As the store; a pass that loads its key again knows the events of both."""
        with self._watched():
            job = await self._store.load(key)
        if (book := _book.get()) is not None:
            book.arrivals |= {one.event: one for one in job.arrivals}
        return job

    async def accept(self, delivery: NewDelivery) -> Accepted:
        """As the store."""
        with self._watched():
            return await self._store.accept(delivery)

    async def commit(self, commit: Commit) -> None:
        """As the store."""
        with self._watched():
            await self._store.commit(commit)
        for letter in commit.dead:
            log.error("letter.written", kind=letter.kind, reason=letter.reason)
            self._measures.given_up(_tracker_of(letter.key), letter.kind)
        if (book := _book.get()) is not None:
            self._enter(book, commit)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Tells once that the store is down, and once that it is up again."""
        try:
            yield
        except StoreUnavailable as exc:
            if not self._is_down:
                self._is_down = True
                log.error("store.unavailable", error=str(exc))  # noqa: TRY400
            raise
        if self._is_down:
            self._is_down = False
            log.warning("store.available")

    def _enter(self, book: _Book, commit: Commit) -> None:
        for new in commit.events:
            arrival = Arrival(new.id, new.tracker, new.cause, new.at)
            book.arrivals[new.id] = arrival
        for work in commit.work:
            if isinstance(work, WorkLater) and work.attempts > book.attempts:
                self._measures.retried(_tracker_of(work.key))
                book.course.result = book.course.result or PUT_OFF
        for ending in commit.endings:
            book.course.result = ending.outcome.value
            self._end(book, ending)

    def _end(self, book: _Book, ending: Ending) -> None:
        for event in ending.events:
            arrival = book.arrivals.get(event)
            is_parked_again = ending.outcome is Outcome.PARKED
            if arrival and not (arrival.is_parked and is_parked_again):
                self._measures.ended(arrival, ending.outcome, ending.at)


def accounted(store: Store, measures: Measures) -> Store:
    """*store*, whose commits are told to *measures*."""
    return cast(Store, Accounting(store, measures))


def _tracker_of(key: Key) -> TrackerName:
    return tracker_of(CaseId(key))

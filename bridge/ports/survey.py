"""What an onlooker asks of the store: lists narrowed and searched, and counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bridge.domain.model import TrackerName
from bridge.ports.commits import DeadLetter, EventRow
from bridge.ports.records import CaseRecord, Key, Link

PENDING = "pending"
"""In place of an outcome: the events that have none yet."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are listed; what is empty narrows nothing.

    *outcome* is one of Outcome, or PENDING.
    """

    key: Key | None = None
    tracker: TrackerName | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Sifted:
    """Some of the events that were asked for, newest first.

    *before* is where to go on, empty at the end. A page may be short, even empty, and
    not be the last: a rare outcome is looked for among so many events at a time.
    """

    rows: tuple[EventRow, ...]
    before: str


class Standing(StrEnum):
    """What is the matter with a case, or how far it is."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    DRIFTED = "drifted"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are listed; *text* is part of an id, key or title of a case or of one
    of its issues, whatever the letter case."""

    text: str = ""
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as listed, with its issues in the order of their ids."""

    case: CaseRecord
    links: tuple[Link, ...]


CasePlace = tuple[datetime, str]
"""Where a case stands in the list: when its first link was made, and its id."""


class Survey(Protocol):
    """Reads for people who look on. Every call may raise StoreUnavailable."""

    async def events(self, which: EventFilter, *, before: str, limit: int) -> Sifted:
        """Events, newest first, from before the event id *before*."""
        ...

    async def cases(
        self, which: CaseFilter, *, after: CasePlace | None, limit: int
    ) -> list[CaseRow]:
        """Cases, the one linked last first, from behind *after*."""
        ...

    async def dead_of(self, key: Key) -> list[DeadLetter]:
        """The dead letters of one key, oldest first."""
        ...

    async def oldest_pending(self) -> datetime | None:
        """When the event came that has waited longest for its outcome."""
        ...

    async def newest(self) -> str:
        """The id of the event that came last, empty where there is none."""
        ...

    async def endings(self, since: datetime) -> Mapping[int, int]:
        """How many events ended in each minute from *since* on, counted from there."""
        ...

    async def created(self) -> Mapping[str, int]:
        """How many cases were created by each rule that ever created one, by its name;
        those that no rule decided under the empty name."""
        ...

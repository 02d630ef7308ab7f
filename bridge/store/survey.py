"""Lists narrowed and searched, and counts, for people who look on."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from bridge.domain.model import StatusGroup
from bridge.ports.commits import DeadLetter
from bridge.ports.records import Key, Outcome
from bridge.ports.survey import (
    PENDING,
    CaseFilter,
    CasePlace,
    CaseRow,
    EventFilter,
    Sifted,
    Standing,
)
from bridge.store.codec import case_of, link_of, micros, moment
from bridge.store.history import LISTED, with_passes
from bridge.store.portions import portions
from bridge.store.readable import readable
from bridge.store.records import dead_of
from bridge.store.schema import NOTHING, cases, creations, dead, events, is_open, links

T = TypeVar("T")
Ask = Callable[[Callable[[Connection], Any]], Awaitable[Any]]

WINDOW = 5000
"""Events among which an outcome or a tracker is looked for at a time."""

_MINUTE = 60 * 1_000_000

# Spelled out, for a bound value would hide the index of what is open.
_OPEN: Mapping[str, ColumnElement[bool]] = {
    PENDING: events.c.outcome.is_(None),
    Outcome.PARKED.value: events.c.outcome == literal_column("'parked'"),
}


class SqlSurvey:
    """Implements ``bridge.ports.survey.Survey`` over the reader of a store."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def events(self, which: EventFilter, *, before: str, limit: int) -> Sifted:
        """Events, newest first, from before the event id *before*."""
        sifted: Sifted = await self._ask(lambda conn: _sift(conn, which, before, limit))
        return sifted

    async def cases(
        self, which: CaseFilter, *, after: CasePlace | None, limit: int
    ) -> list[CaseRow]:
        """Cases, the one linked last first, from behind *after*."""
        rows: list[CaseRow] = await self._ask(
            lambda conn: _cases(conn, which, after, limit)
        )
        return rows

    async def dead_of(self, key: Key) -> list[DeadLetter]:
        """The dead letters of one key, oldest first."""
        letters: list[DeadLetter] = await self._ask(lambda conn: _dead_of(conn, key))
        return letters

    async def oldest_pending(self) -> datetime | None:
        """When the event came that has waited longest for its outcome."""
        oldest: datetime | None = await self._ask(_oldest_pending)
        return oldest

    async def newest(self) -> str:
        """The id of the event that came last."""
        newest: str = await self._ask(
            lambda conn: conn.scalar(select(func.max(events.c.id))) or ""
        )
        return newest

    async def endings(self, since: datetime) -> Mapping[int, int]:
        """How many events ended in each minute from *since* on."""
        ended: Mapping[int, int] = await self._ask(lambda conn: _endings(conn, since))
        return ended

    async def created(self) -> Mapping[str, int]:
        """How many cases each rule created, by its name."""
        made: Mapping[str, int] = await self._ask(_created)
        return made


def _sift(conn: Connection, which: EventFilter, before: str, limit: int) -> Sifted:
    place = [] if which.key is None else [events.c.key == which.key]
    if before:
        place.append(events.c.id < before)
    newest_first = events.c.id.desc()
    if which.outcome in _OPEN:
        ids = select(events.c.id).where(is_open, _OPEN[which.outcome], *place)
        if which.tracker is not None:
            ids = ids.where(events.c.tracker == which.tracker)
        # Ordered by the id as such, the whole history would be walked for a few.
        in_order = ids.order_by(events.c.id.concat("").desc()).limit(limit + 1)
        found = list(conn.scalars(in_order))
        end = ""
    else:
        columns = (events.c.id, events.c.tracker, events.c.outcome)
        window = select(*columns).where(*place).order_by(newest_first).limit(WINDOW)
        looked = conn.execute(window).all()
        found = [
            row.id
            for row in looked
            if which.tracker in (None, row.tracker)
            and which.outcome in ("", row.outcome)
        ]
        end = looked[-1].id if len(looked) == WINDOW else ""
    if len(found) > limit:
        found, end = found[:limit], found[limit - 1]
    query = select(*LISTED).order_by(newest_first)
    rows = [
        row
        for some in portions(found)
        for row in with_passes(conn, query.where(events.c.id.in_(some)))
    ]
    return Sifted(tuple(rows), end)


def _cases(
    conn: Connection, which: CaseFilter, after: CasePlace | None, limit: int
) -> list[CaseRow]:
    query = select(cases).order_by(cases.c.since.desc(), cases.c.id)
    query = query.where(*_standing(which.standing), *_holding(which.text))
    if after is not None:
        since, last = micros(after[0]), after[1]
        is_later = and_(cases.c.since == since, cases.c.id > last)
        query = query.where(or_(cases.c.since < since, is_later))
    found = readable(conn, query, case_of, limit)
    its: dict[str, list[Any]] = {case.id: [] for case in found}
    for some in portions(its):
        linked = select(links).where(links.c.case.in_(some)).order_by(links.c.issue)
        for link in readable(conn, linked, link_of):
            its[link.case].append(link)
    return [CaseRow(case, tuple(its[case.id])) for case in found]


def _holding(text: str) -> list[ColumnElement[bool]]:
    """What makes a case one that holds *text*, itself or by one of its issues."""
    if not text:
        return []
    own = (cases.c.id, cases.c.key, cases.c.title)
    linked = (links.c.issue, links.c.title)
    its_issues = exists().where(
        links.c.case == cases.c.id,
        or_(*(column.icontains(text, autoescape=True) for column in linked)),
    )
    told = (column.icontains(text, autoescape=True) for column in own)
    return [or_(*told, its_issues)]


def _standing(standing: Standing | None) -> list[ColumnElement[bool]]:
    match standing:
        case None:
            return []
        case Standing.PAUSED:
            return [cases.c.paused != NOTHING]
        case Standing.DRIFTED:
            return [or_(cases.c.drift != NOTHING, _some(links.c.drift))]
        case Standing.GONE:
            return [or_(cases.c.gone != NOTHING, _some(links.c.gone))]
        case _:
            return [cases.c.group == StatusGroup[standing.name].name]


def _some(column: ColumnElement[str]) -> ColumnElement[bool]:
    """True where the column says something of one of the case's issues."""
    return exists().where(links.c.case == cases.c.id, column != NOTHING)


def _dead_of(conn: Connection, key: Key) -> list[DeadLetter]:
    query = select(dead).where(dead.c.key == key).order_by(dead.c.id)
    return [dead_of(row) for row in conn.execute(query).mappings()]


def _oldest_pending(conn: Connection) -> datetime | None:
    # The least id as such SQLite would seek through the whole history; of a text made
    # of it, in the index of what is open.
    least = func.min(events.c.id.concat(""))
    waiting = select(least).where(is_open, events.c.outcome.is_(None))
    oldest = conn.scalar(waiting)
    if oldest is None:
        return None
    at = conn.scalar(select(events.c.at).where(events.c.id == oldest))
    return None if at is None else moment(at)


def _endings(conn: Connection, since: datetime) -> Mapping[int, int]:
    begin = micros(since)
    minute = ((events.c.ended_at - begin) // _MINUTE).label("minute")
    query = (
        select(minute, func.count().label("n"))
        .where(events.c.ended_at.is_not(None), events.c.ended_at >= begin)
        .group_by(minute)
    )
    return {int(row.minute): int(row.n) for row in conn.execute(query)}


def _created(conn: Connection) -> Mapping[str, int]:
    query = (
        select(creations.c.rule, func.count().label("n"))
        .where(creations.c.status == "created")
        .group_by(creations.c.rule)
    )
    return {row.rule: row.n for row in conn.execute(query)}

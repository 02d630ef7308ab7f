"""What a pass starts from, what is due, and links and cases as they are looked up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from bridge.domain.model import CaseId, TrackerName
from bridge.ports.records import (
    Arrival,
    CaseRecord,
    Cause,
    Due,
    Job,
    Key,
    Link,
    LinkRow,
    OpenPass,
)
from bridge.store.codec import (
    case_of,
    link_of,
    link_row_of,
    maybe_moment,
    micros,
    moment,
)
from bridge.store.readable import readable
from bridge.store.schema import (
    NOTHING,
    cases,
    event_passes,
    events,
    is_open,
    is_unfinished,
    links,
    passes,
    work,
)

_keys: BindParameter[str] = bindparam("keys", expanding=True)
_WORK = select(work).where(work.c.key.in_(_keys))
_EVENTS = (
    select(
        events.c.key,
        events.c.id,
        events.c.kind,
        events.c.tracker,
        events.c.cause,
        events.c.at,
        events.c.outcome,
    )
    .where(events.c.key.in_(_keys), is_open)
    .order_by(events.c.id)
)
_OPEN_PASSES = (
    select(passes.c.key, passes.c.id, passes.c.plan)
    .where(passes.c.key.in_(_keys), is_unfinished)
    .where(
        exists()
        .where(event_passes.c.pass_id == passes.c.id)
        .where(events.c.id == event_passes.c.event_id, is_open)
    )
    .order_by(passes.c.id)
)
_CASES = select(cases).where(cases.c.id.in_(_keys))
_LINKS = select(links).where(links.c.case.in_(_keys)).order_by(links.c.issue)


def load(conn: Connection, keys: Sequence[Key]) -> list[Job]:
    """What passes over *keys* start from, in their order."""
    asked = {"keys": keys}
    due = {row.key: row for row in conn.execute(_WORK, asked)}
    waiting: dict[str, list[Arrival]] = {}
    kinds: dict[str, set[str]] = {}
    for event in conn.execute(_EVENTS, asked):
        waiting.setdefault(event.key, []).append(_arrival(event))
        kinds.setdefault(event.key, set()).add(event.kind)
    begun = {
        row.key: OpenPass(row.id, row.plan) for row in conn.execute(_OPEN_PASSES, asked)
    }
    rows = conn.execute(_CASES, asked).mappings()
    records = {str(row[cases.c.id]): case_of(row) for row in rows}
    linked: dict[str, list[Link]] = {}
    for row in conn.execute(_LINKS, asked).mappings():
        linked.setdefault(row[links.c.case], []).append(link_of(row))
    return [
        Job(
            key=key,
            version=due[key].version if key in due else 0,
            attempts=due[key].attempts if key in due else 0,
            failing_since=maybe_moment(due[key].failing_since) if key in due else None,
            events=tuple(one.event for one in waiting.get(key, ())),
            arrivals=tuple(waiting.get(key, ())),
            case=records.get(key),
            links=tuple(linked.get(key, ())),
            open_pass=begun.get(key),
            kinds=frozenset(kinds.get(key, ())),
            held_until=maybe_moment(due[key].held_until) if key in due else None,
        )
        for key in keys
    ]


def _arrival(row: Any) -> Arrival:
    return Arrival(
        event=row.id,
        tracker=TrackerName(row.tracker),
        cause=Cause(row.cause),
        at=moment(row.at),
        is_parked=row.outcome is not None,
    )


def due(conn: Connection) -> list[Due]:
    """Every key that is due now or later, earliest first."""
    rows = conn.execute(select(work.c.key, work.c.at).order_by(work.c.at, work.c.key))
    return [Due(Key(key), moment(at)) for key, at in rows]


def looks_due(conn: Connection, now: datetime, limit: int) -> list[CaseId]:
    """Cases whose look has come and that are not due, longest waiting first."""
    rows = conn.scalars(
        select(cases.c.id)
        .where(cases.c.next_look <= micros(now))
        .where(~exists().where(work.c.key == cases.c.id))
        .order_by(cases.c.next_look, cases.c.id)
        .limit(limit)
    )
    return [CaseId(one) for one in rows]


def paused(conn: Connection, limit: int) -> list[CaseRecord]:
    """Cases that wait to be resumed, in the order of their ids."""
    query = select(cases).where(cases.c.paused != NOTHING).order_by(cases.c.id)
    return readable(conn, query, case_of, limit)


def find_case(conn: Connection, case_or_handle: str) -> CaseRecord | None:
    """A case by its id, else by its handle."""
    for column in (cases.c.id, cases.c.handle):
        rows = conn.execute(select(cases).where(column == case_or_handle)).mappings()
        for row in rows:
            return case_of(row)
    return None


def listed_links(
    conn: Connection, case: CaseId | None, after: str, limit: int
) -> list[LinkRow]:
    """Links in the order of their issue ids, from behind *after*."""
    query = (
        select(links, cases)
        .join(cases, cases.c.id == links.c.case)
        .where(links.c.issue > after)
        .order_by(links.c.issue)
    )
    if case is not None:
        query = query.where(links.c.case == case)
    return readable(conn, query, link_row_of, limit)

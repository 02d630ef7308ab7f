"""Events with what they led to, dead letters, and how much waits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.sql.selectable import FromClause

from bridge.ports.commits import ActionRecord, Counts, DeadLetter, EventRow, PassRecord
from bridge.ports.creations import HELD_BACK
from bridge.ports.records import Key, Outcome
from bridge.store.codec import maybe_moment
from bridge.store.portions import portions
from bridge.store.readable import readable
from bridge.store.records import action_of, dead_of, event_of, pass_of
from bridge.store.schema import (
    NOTHING,
    actions,
    cases,
    creations,
    dead,
    event_passes,
    events,
    is_creating,
    is_open,
    links,
    passes,
    tallies,
    work,
)

# Everything but the body, which nobody lists.
LISTED = [column for column in events.c if column.name not in ("body", "identity")]


def listed_events(
    conn: Connection, key: Key | None, before: str, limit: int
) -> list[EventRow]:
    """Events, newest first, from before *before*."""
    query = select(*LISTED).order_by(events.c.id.desc()).limit(limit)
    if key is not None:
        query = query.where(events.c.key == key)
    if before:
        query = query.where(events.c.id < before)
    return with_passes(conn, query)


def with_passes(conn: Connection, query: Select[Any]) -> list[EventRow]:
    """The events that *query* finds, with the passes that worked for them."""
    rows = conn.execute(query).mappings().all()
    worked = _passes_for(conn, [row[events.c.id] for row in rows])
    records = _records(conn, {one for some in worked.values() for one in some})
    done = _actions_of(conn, records)
    waits = _why_they_wait(
        conn, {row[events.c.key] for row in rows if row[events.c.outcome] is None}
    )
    listed = []
    for row in rows:
        its = [records[one] for one in worked[row[events.c.id]] if one in records]
        its.sort(key=lambda one: (one.started_at, one.id))
        its_actions = (action for one in its for action in done.get(one.id, ()))
        event = event_of(row, tuple(its), tuple(its_actions))
        if event.outcome is None:
            event = replace(event, reason=waits.get(event.key, ""))
        listed.append(event)
    return listed


def _why_they_wait(conn: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Why the keys that are due later were not done with yet, as far as it is known."""
    found: dict[str, str] = {}
    for some in portions(keys):
        query = select(work.c.key, work.c.reason).where(work.c.key.in_(some))
        found.update((row.key, row.reason) for row in conn.execute(query))
    return found


def _passes_for(conn: Connection, asked: Iterable[str]) -> dict[str, list[str]]:
    """The ids of the passes that worked for each event."""
    found: dict[str, list[str]] = {event: [] for event in asked}
    for some in portions(found):
        query = select(event_passes).where(event_passes.c.event_id.in_(some))
        for event, record in conn.execute(query):
            found[event].append(record)
    return found


def _records(conn: Connection, asked: Iterable[str]) -> dict[str, PassRecord]:
    found = {}
    for some in portions(asked):
        query = select(passes).where(passes.c.id.in_(some))
        for row in conn.execute(query).mappings():
            found[row[passes.c.id]] = pass_of(row)
    return found


def _actions_of(
    conn: Connection, asked: Iterable[str]
) -> dict[str, list[ActionRecord]]:
    found: dict[str, list[ActionRecord]] = {}
    for some in portions(asked):
        query = (
            select(actions)
            .where(actions.c.pass_id.in_(some))
            .order_by(actions.c.pass_id, actions.c.n)
        )
        for row in conn.execute(query).mappings():
            found.setdefault(row[actions.c.pass_id], []).append(action_of(row))
    return found


def listed_dead(conn: Connection, after: str, limit: int) -> list[DeadLetter]:
    """Dead letters in the order of their ids, from behind *after*."""
    query = select(dead).where(dead.c.id > after).order_by(dead.c.id)
    return readable(conn, query, dead_of, limit)


def found_dead(conn: Connection, letters: Sequence[str]) -> list[DeadLetter]:
    """Those of *letters* that there are, in the order of their ids."""
    query = select(dead).where(dead.c.id.in_(letters)).order_by(dead.c.id)
    return [dead_of(row) for row in conn.execute(query).mappings()]


def counts(conn: Connection) -> Counts:
    """How much waits; nothing here reads what is finished.

    *parked* are events that wait behind something, *outcomes* are all endings since the
    store was made (for *parked*, those parked now).
    """
    unended = _open_events(conn)
    parked = unended.get(Outcome.PARKED, 0)
    outcomes = {row.outcome: row.n for row in conn.execute(select(tallies))}
    if parked:
        outcomes[Outcome.PARKED.value] = parked
    drifted = (
        _count(conn, table, table.c.drift != NOTHING) for table in (links, cases)
    )
    return Counts(
        pending=unended.get(None, 0),
        waiting=_count(conn, work),
        retrying=_count(conn, work, work.c.attempts > 0),
        oldest_due=maybe_moment(conn.scalar(select(func.min(work.c.at)))),
        dead=_count(conn, dead),
        parked=parked,
        paused=_count(conn, cases, cases.c.paused != NOTHING),
        drifted=sum(drifted),
        creating=_count(conn, creations, is_creating),
        held_back=_count(conn, work, work.c.reason.startswith(HELD_BACK)),
        links=_count(conn, links),
        cases=_count(conn, cases),
        outcomes=outcomes,
    )


def _open_events(conn: Connection) -> dict[str | None, int]:
    query = (
        select(events.c.outcome, func.count().label("n"))
        .where(is_open)
        .group_by(events.c.outcome)
    )
    return {row.outcome: row.n for row in conn.execute(query)}


def _count(conn: Connection, table: FromClause, *conditions: object) -> int:
    query = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
    return conn.scalar(query) or 0

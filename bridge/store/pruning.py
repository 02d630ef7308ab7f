"""Letting go of what is over for long, a few rows at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, or_, select, update

from bridge.store.codec import micros
from bridge.store.portions import portions
from bridge.store.schema import (
    dead,
    event_passes,
    events,
    has_body,
    is_open,
    is_unfinished,
    passes,
    work,
)


@dataclass(frozen=True, slots=True)
class Pruning:
    """What ended before *before* goes, bodies from before *bodies_before*; of each
    kind *limit* rows at most."""

    before: datetime
    limit: int
    bodies_before: datetime | None = None


_LETTER_OF_EVENT = (
    exists()
    .where(event_passes.c.event_id == events.c.id)
    .where(dead.c.pass_id == event_passes.c.pass_id)
)
_OLD_EVENTS = (
    select(events.c.id)
    .where(events.c.ended_at < bindparam("before"), ~is_open, ~_LETTER_OF_EVENT)
    .order_by(events.c.ended_at)
    .limit(bindparam("few"))
)
_OLD_BODIES = (
    select(events.c.id)
    # Left to itself, SQLite walks through all that ended and has no body any more.
    .with_hint(events, "INDEXED BY events_bodies", "sqlite")
    .where(events.c.ended_at < bindparam("before"), has_body, ~is_open)
    .order_by(events.c.ended_at)
    .limit(bindparam("few"))
)
_is_without_event = ~exists().where(event_passes.c.pass_id == passes.c.id)
_is_not_needed = (
    ~exists().where(dead.c.pass_id == passes.c.id),
    or_(~is_unfinished, ~exists().where(work.c.key == passes.c.key)),
)
_OLD_PASSES = (
    select(passes.c.id)
    .where(passes.c.started_at < bindparam("before"))
    .where(_is_without_event, *_is_not_needed)
    .order_by(passes.c.started_at)
    .limit(bindparam("few"))
)


def prune(conn: Connection, wanted: Pruning) -> int:
    """How many rows went: events, passes (with their actions) and bodies."""
    asked = {"before": micros(wanted.before), "few": wanted.limit}
    old = list(conn.scalars(_OLD_EVENTS, asked))
    gone = _drop_events(conn, old)
    if len(old) < wanted.limit:
        # Only then, as it looks at every old pass that is still there.
        gone += _drop_passes(conn, conn.scalars(_OLD_PASSES, asked))
    if wanted.bodies_before is not None:
        asked["before"] = micros(wanted.bodies_before)
        gone += _empty(conn, conn.scalars(_OLD_BODIES, asked))
    return gone


def _drop_events(conn: Connection, old: Iterable[str]) -> int:
    """Drop events with what only they led to."""
    gone = 0
    for some in portions(old):
        its_passes = conn.scalars(
            delete(event_passes)
            .where(event_passes.c.event_id.in_(some))
            .returning(event_passes.c.pass_id)
        ).all()
        conn.execute(delete(events).where(events.c.id.in_(some)))
        gone += len(some) + _drop_passes(conn, set(its_passes))
    return gone


def _drop_passes(conn: Connection, old: Iterable[str]) -> int:
    """Drop those of *old* that nothing refers to any more."""
    gone = 0
    for some in portions(old):
        unused = delete(passes).where(passes.c.id.in_(some), _is_without_event)
        gone += conn.execute(unused.where(*_is_not_needed)).rowcount
    return gone


def _empty(conn: Connection, old: Iterable[str]) -> int:
    gone = 0
    for some in portions(old):
        bodiless = update(events).where(events.c.id.in_(some)).values(body=None)
        gone += conn.execute(bodiless).rowcount
    return gone

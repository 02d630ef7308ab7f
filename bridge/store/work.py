"""The keys that are due, when, and with which version."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection, and_, bindparam, case, delete, null, select, update

from bridge.ports.commits import WorkDone, WorkLater
from bridge.ports.records import Due, Key
from bridge.store.codec import maybe_micros, micros, moment
from bridge.store.columns import Insert, insert
from bridge.store.schema import work

_added = insert(work)
_earlier = case((work.c.at < _added.excluded.at, work.c.at), else_=_added.excluded.at)
_is_held = and_(work.c.held_until.is_not(None), work.c.held_until > _added.excluded.at)

_ARRIVED = _added.on_conflict_do_update(
    index_elements=[work.c.key],
    set_={
        "at": case((_is_held, work.c.at), else_=_earlier),
        "version": _added.excluded.version,
    },
)
_WANTED = _added.on_conflict_do_update(
    index_elements=[work.c.key],
    set_={
        "at": _earlier,
        "version": _added.excluded.version,
        "held_until": null(),
    },
)

_DONE = delete(work).where(
    work.c.key == bindparam("its_key"), work.c.version == bindparam("its_version")
)
_DONE_BUT_DUE = (
    update(work)
    .where(work.c.key == bindparam("its_key"))
    .values(attempts=0, failing_since=None, held_until=None, reason="")
)


def arrive(conn: Connection, at: Mapping[Key, datetime], tick: int) -> None:
    """Make keys due at the given times, or when they are due already if that is
    earlier; a key that is held stays held."""
    _upsert(conn, _ARRIVED, at.items(), tick)


def want(conn: Connection, due: Iterable[Due], tick: int) -> None:
    """Make keys due at the given times or earlier, held or not."""
    _upsert(conn, _WANTED, ((one.key, one.at) for one in due), tick)


def _upsert(
    conn: Connection,
    statement: Insert,
    due: Iterable[tuple[Key, datetime]],
    tick: int,
) -> None:
    rows = [{"key": key, "at": micros(at), "version": tick} for key, at in due]
    if rows:
        conn.execute(statement, rows)


def finish(conn: Connection, ends: Iterable[WorkDone | WorkLater], tick: int) -> None:
    """Carry out how passes left their keys."""
    done = []
    for end in ends:
        match end:
            case WorkDone():
                done.append({"its_key": end.key, "its_version": end.version})
            case WorkLater():
                _put_off(conn, end, tick)
            case _:
                assert_never(end)
    if done:
        conn.execute(_DONE, done)
        # Those that are still there have become due again meanwhile.
        conn.execute(_DONE_BUT_DUE, [{"its_key": one["its_key"]} for one in done])


def _put_off(conn: Connection, end: WorkLater, tick: int) -> None:
    """A key that is gone, although it was there when the pass began, was forgotten or
    moved to a case meanwhile: it stays away."""
    stored = conn.execute(
        select(work.c.version, work.c.at).where(work.c.key == end.key)
    ).one_or_none()
    if stored is None and end.version:
        return
    at = micros(end.at)
    has_moved = stored is not None and stored.version != end.version
    if stored is not None and has_moved and not end.holds:
        at = min(at, stored.at)
    values = {
        "at": at,
        "attempts": end.attempts,
        "failing_since": maybe_micros(end.failing_since),
        "held_until": at if end.holds else None,
        "reason": end.reason,
    }
    if stored is None:
        conn.execute(work.insert(), {"key": end.key, "version": tick, **values})
    else:
        conn.execute(update(work).where(work.c.key == end.key), values)


def move(conn: Connection, source: Key, target: Key, at: datetime, tick: int) -> None:
    """Make *target* due at *at*, or when *source* was if that is earlier; *source* is
    not due any more."""
    stored = conn.scalar(select(work.c.at).where(work.c.key == source))
    if stored is not None:
        conn.execute(delete(work).where(work.c.key == source))
        at = min(at, moment(stored))
    arrive(conn, {target: at}, tick)


def due_among(conn: Connection, keys: Iterable[Key]) -> set[Key]:
    """Those of *keys* that are due, now or later."""
    found = conn.scalars(select(work.c.key).where(work.c.key.in_(sorted(set(keys)))))
    return {Key(key) for key in found}


def forget(conn: Connection, key: Key) -> None:
    """The key is not due any more, whatever it waited for."""
    conn.execute(delete(work).where(work.c.key == key))

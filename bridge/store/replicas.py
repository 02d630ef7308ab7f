"""Replicas, and the keys that they have claimed.

Times are the database's own here, so that the clocks of replicas need not agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    bindparam,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import BigInteger

from bridge.ports.records import Due, Key
from bridge.ports.sharing import Fence, LeaseLost, NotYet, ReplicaId
from bridge.store.codec import micros, moment
from bridge.store.columns import TEXT, insert, when
from bridge.store.portions import portions
from bridge.store.schema import metadata, work

replicas = Table(
    "replicas",
    metadata,
    Column("id", TEXT, primary_key=True),
    when("until"),
)
leases = Table(
    "leases",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("token", BigInteger, nullable=False),
    Column(
        "replica", TEXT, ForeignKey("replicas.id", ondelete="CASCADE"), nullable=False
    ),
)
Index("leases_replica", leases.c.replica)


class database_now(GenericFunction[int]):  # noqa: N801 - a function of SQL
    """The present moment by the database, in microseconds since 1970."""

    type = BigInteger()
    inherit_cache = True


@compiles(database_now, "postgresql")
def _postgresql_now(_element: Any, _compiler: Any, **_: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"


@compiles(database_now, "sqlite")
def _sqlite_now(_element: Any, _compiler: Any, **_: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


@dataclass(frozen=True, slots=True)
class Joining:
    """A replica takes part."""

    replica: ReplicaId
    takeover: timedelta


@dataclass(frozen=True, slots=True)
class Beating:
    """A replica is alive."""

    replica: ReplicaId
    takeover: timedelta


@dataclass(frozen=True, slots=True)
class Leaving:
    """A replica goes."""

    replica: ReplicaId


@dataclass(frozen=True, slots=True)
class Claiming:
    """A replica wants to work on a key."""

    replica: ReplicaId
    key: Key
    due_by: datetime | None


@dataclass(frozen=True, slots=True)
class Releasing:
    """A replica has worked on a key."""

    fence: Fence


Claimed = Fence | NotYet | LeaseLost | None

_added_lease = insert(leases)
_TAKEN = _added_lease.on_conflict_do_update(
    index_elements=[leases.c.key],
    set_={"token": _added_lease.excluded.token},
    # Its own it may take again: the answer to its last claim may have been lost.
    where=leases.c.replica == _added_lease.excluded.replica,
).returning(leases.c.key, leases.c.replica)
_HELD = select(leases.c.key, leases.c.token).where(
    leases.c.key.in_(bindparam("keys", expanding=True))
)


def join(conn: Connection, wanted: Joining) -> None:
    """A new row."""
    until = database_now() + wanted.takeover // timedelta(microseconds=1)
    conn.execute(insert(replicas).values(id=wanted.replica, until=until))


def beat(conn: Connection, wanted: Beating) -> bool:
    """Renew one, drop those whose time is over; whether the one was there."""
    until = database_now() + wanted.takeover // timedelta(microseconds=1)
    own = replicas.c.id == wanted.replica
    renewed = conn.execute(update(replicas).where(own).values(until=until)).rowcount
    conn.execute(delete(replicas).where(replicas.c.until < database_now()))
    return bool(renewed)


def leave(conn: Connection, wanted: Leaving) -> None:
    """Its claims go with it."""
    conn.execute(delete(replicas).where(replicas.c.id == wanted.replica))


def claim(conn: Connection, wanted: Sequence[Claiming], tick: int) -> list[Claimed]:
    """The answers to all claims at once."""
    named = {each.replica for each in wanted}
    alive = set(conn.scalars(select(replicas.c.id).where(replicas.c.id.in_(named))))
    due = _due(conn, {each.key for each in wanted})
    answers: list[Claimed] = []
    for each in wanted:
        at, version = due.get(each.key, (None, 0))
        if each.replica not in alive:
            answers.append(LeaseLost(f"{each.replica} counts as dead"))
        elif each.due_by is not None and at is None:
            answers.append(None)
        elif each.due_by is not None and at is not None and at > each.due_by:
            answers.append(NotYet(at))
        else:
            answers.append(Fence(each.key, tick, each.replica, version))
    rows = [
        {"key": one.key, "token": one.token, "replica": one.replica}
        for one in answers
        if isinstance(one, Fence)
    ]
    taken = {(*row,) for row in conn.execute(_TAKEN, rows)} if rows else set()
    return [
        None if isinstance(one, Fence) and (one.key, one.replica) not in taken else one
        for one in answers
    ]


def release(conn: Connection, wanted: Sequence[Releasing]) -> list[datetime | None]:
    """Free the keys; when those are due that were made due since they were claimed."""
    fences = {each.fence.key: each.fence for each in wanted}
    stored = conn.execute(select(leases).where(leases.c.key.in_(fences)))
    standing = {
        fences[Key(row.key)]
        for row in stored
        if fences[Key(row.key)].replica == row.replica
        and fences[Key(row.key)].token in (row.token, 0)
    }
    conn.execute(delete(leases).where(leases.c.key.in_([one.key for one in standing])))
    due = _due(conn, {one.key for one in standing})
    return [
        at if each.fence in standing and version > each.fence.version else None
        for each in wanted
        for at, version in [due.get(each.fence.key, (None, 0))]
    ]


def hold(conn: Connection, fences: Iterable[Fence]) -> set[Fence]:
    """Those of *fences* that are in force."""
    asked = set(fences)
    found = {
        (row.key, row.token)
        for some in portions(sorted({fence.key for fence in asked}))
        for row in conn.execute(_HELD, {"keys": some})
    }
    return {fence for fence in asked if (fence.key, fence.token) in found}


def unclaimed(conn: Connection, due_by: datetime, limit: int) -> list[Due]:
    """Keys due by then without a lease."""
    query = (
        select(work.c.key, work.c.at)
        .where(work.c.at <= micros(due_by))
        .where(~exists().where(leases.c.key == work.c.key))
        .order_by(work.c.at, work.c.key)
        .limit(limit)
    )
    return [Due(Key(key), moment(at)) for key, at in conn.execute(query)]


def _due(conn: Connection, keys: Iterable[Key]) -> dict[Key, tuple[datetime, int]]:
    found = {}
    for some in portions(sorted(keys)):
        query = select(work.c.key, work.c.at, work.c.version)
        for row in conn.execute(query.where(work.c.key.in_(some))):
            found[Key(row.key)] = moment(row.at), row.version
    return found

"""Writes to one value in a short time, counted over all replicas."""

from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Column, Connection, Table, delete, select

from bridge.store.codec import micros
from bridge.store.columns import TEXT, insert, when
from bridge.store.schema import metadata

flips = Table(
    "flips",
    metadata,
    Column("kind", TEXT, primary_key=True),
    Column("target", TEXT, primary_key=True),
    when("last"),
    Column("times", TEXT, nullable=False),
)

_added = insert(flips)
_KEPT = _added.on_conflict_do_update(
    index_elements=[flips.c.kind, flips.c.target],
    set_={"last": _added.excluded.last, "times": _added.excluded.times},
)


@dataclass(frozen=True, slots=True)
class Counting:
    """A value was written once more."""

    kind: str
    target: str
    at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Writes to these targets count no more."""

    targets: tuple[str, ...]


def count(conn: Connection, wanted: Counting) -> int:
    """One more, and how many there are that are young enough; older ones go."""
    since = micros(wanted.since)
    conn.execute(delete(flips).where(flips.c.last <= since))
    its_own = (flips.c.kind == wanted.kind) & (flips.c.target == wanted.target)
    stored = conn.scalar(select(flips.c.times).where(its_own))
    times = [at for at in orjson.loads(stored or "[]") if at > since]
    times.append(micros(wanted.at))
    row = {"kind": wanted.kind, "target": wanted.target, "last": times[-1]}
    conn.execute(_KEPT, row | {"times": orjson.dumps(times).decode()})
    return len(times)


def forget(conn: Connection, wanted: Forgetting) -> None:
    """As if they had never been written."""
    conn.execute(delete(flips).where(flips.c.target.in_(wanted.targets)))

"""Writes to one value in a short time, counted over all replicas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Column, Connection, Table, bindparam, delete, select

from bridge.store.codec import Values, micros
from bridge.store.columns import TEXT, insert, when
from bridge.store.portions import portions
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
_OLD = delete(flips).where(flips.c.last <= bindparam("since"))
_STORED = select(flips.c.kind, flips.c.target, flips.c.times).where(
    flips.c.target.in_(bindparam("targets", expanding=True))
)

_Value = tuple[str, str]
"""A kind and a target."""


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


def count(conn: Connection, wanted: Sequence[Counting]) -> list[int]:
    """One more each, and how many of its value there are that are young enough; older
    ones go."""
    conn.execute(_OLD, {"since": micros(min(one.since for one in wanted))})
    stored: dict[_Value, list[int]] = {}
    for targets in portions({one.target for one in wanted}):
        for kind, target, times in conn.execute(_STORED, {"targets": targets}):
            stored[kind, target] = orjson.loads(times)
    counted: dict[_Value, list[int]] = {}
    numbers = []
    for one in wanted:
        value, since = (one.kind, one.target), micros(one.since)
        before = counted.get(value) or stored.get(value, [])
        counted[value] = [at for at in before if at > since] + [micros(one.at)]
        numbers.append(len(counted[value]))
    conn.execute(_KEPT, [_row(value, times) for value, times in counted.items()])
    return numbers


def _row(value: _Value, times: list[int]) -> Values:
    told = {"last": max(times), "times": orjson.dumps(times).decode()}
    return {"kind": value[0], "target": value[1], **told}


def forget(conn: Connection, wanted: Forgetting) -> None:
    """As if they had never been written."""
    conn.execute(delete(flips).where(flips.c.target.in_(wanted.targets)))

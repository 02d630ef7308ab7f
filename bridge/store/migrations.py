"""The steps from each version of the tables to the next; a step is never changed again.

Each spells its tables out as they were then, so that later changes do not reach back.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from bridge.store.columns import TEXT

Step = Callable[[Connection], None]


def _to_2(conn: Connection) -> None:
    """Several replicas: who is there, what they work on, what they write too often."""
    added = MetaData()
    Table(
        "replicas",
        added,
        Column("id", TEXT, primary_key=True),
        Column("until", BigInteger, nullable=False),
    )
    goes_with = ForeignKey("replicas.id", ondelete="CASCADE")
    leases = Table(
        "leases",
        added,
        Column("key", TEXT, primary_key=True),
        Column("token", BigInteger, nullable=False),
        Column("replica", TEXT, goes_with, nullable=False),
    )
    Index("leases_replica", leases.c.replica)
    Table(
        "flips",
        added,
        Column("kind", TEXT, primary_key=True),
        Column("target", TEXT, primary_key=True),
        Column("last", BigInteger, nullable=False),
        Column("times", TEXT, nullable=False),
    )
    added.create_all(conn)


def _to_3(conn: Connection) -> None:
    """Requests under keys, and what they were answered."""
    added = MetaData()
    keys = Table(
        "idempotency_keys",
        added,
        Column("key", TEXT, primary_key=True),
        Column("request", TEXT, nullable=False),
        Column("token", TEXT, nullable=False),
        Column("owner", TEXT, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("status", Integer),
        Column("body", LargeBinary),
    )
    Index("idempotency_keys_at", keys.c.at)
    added.create_all(conn)


STEPS: Mapping[int, Step] = {1: _to_2, 2: _to_3}
"""By the version that a step begins with."""

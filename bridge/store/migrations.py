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


STEPS: Mapping[int, Step] = {1: _to_2}
"""By the version that a step begins with."""

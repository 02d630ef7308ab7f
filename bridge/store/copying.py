"""Copies a whole store from a SQLite file into an empty PostgreSQL database.

It is one transaction there: either everything arrives, counted, or nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine, Table, func, select, update
from sqlalchemy.exc import DBAPIError

from bridge.ports.errors import StoreRefused, StoreUnavailable
from bridge.store import postgresql, sqlite
from bridge.store.faults import said
from bridge.store.opening import is_postgresql, parsed
from bridge.store.schema import meta, metadata
from bridge.store.versions import prepare

PORTION = 500
"""Rows that are in memory at once."""

Told = Callable[[int], None]
"""Is called with how many rows are to be copied, then with less than 0 for those that
have arrived."""


def copy(source: str, target: str, told: Told) -> dict[str, int]:
    """Copy all rows, with their ids and all that is due; how many there are of each
    table. StoreRefused, StoreUnavailable."""
    place, there = parsed(source), parsed(target)
    if is_postgresql(place) or not is_postgresql(there):
        raise StoreRefused("copy from sqlite:///… to postgresql://…, not otherwise")
    with ExitStack() as opened:
        reading = opened.enter_context(sqlite.held_file(place))
        writing = postgresql.engine(there, isolation="READ COMMITTED")
        opened.callback(writing.dispose)
        name = postgresql.place_of(there)
        with _failing_as(name):
            return _copy(reading, writing, name, told)


@contextmanager
def _failing_as(place: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as exc:
        raise StoreUnavailable(f"{place}: {said(exc)}; nothing was copied") from exc


def _copy(reading: Engine, writing: Engine, name: str, told: Told) -> dict[str, int]:
    with reading.connect() as old, writing.begin() as new:
        postgresql.prepare_alone(new)
        prepare(new, name, upgrade=True)
        tables = [table for table in metadata.sorted_tables if table is not meta]
        for table in tables:
            if _count(new, table):
                raise StoreRefused(
                    f"{name}: not empty, there are rows in {table.name}; copy into a "
                    "new database"
                )
        told(sum(_count(old, table) for table in tables))
        for table in tables:
            _copy_rows(old, new, table, told)
        tick = select(meta.c.value).where(meta.c.name == "tick")
        new.execute(
            update(meta).where(meta.c.name == "tick").values(value=old.scalar(tick))
        )
        return {table.name: _verified(old, new, table) for table in tables}


def _copy_rows(old: Connection, new: Connection, table: Table, told: Told) -> None:
    query = select(table).order_by(*table.primary_key.columns)
    rows = old.execution_options(yield_per=PORTION).execute(query).mappings()
    for some in rows.partitions(PORTION):
        new.execute(table.insert(), [{**row} for row in some])
        told(-len(some))


def _verified(old: Connection, new: Connection, table: Table) -> int:
    had, has = _count(old, table), _count(new, table)
    if had != has:
        raise StoreUnavailable(
            f"{has} of {had} rows of {table.name} arrived: nothing was copied"
        )
    return has


def _count(conn: Connection, table: Table) -> int:
    return conn.scalar(select(func.count()).select_from(table)) or 0

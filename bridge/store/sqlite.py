"""Opens the store in a SQLite file, which belongs to one process at a time."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from bridge.ports.errors import StoreRefused
from bridge.store.schema import VERSION, meta, metadata
from bridge.store.sql import SqlStore

# Deliveries are some 2 kB: a page of 8 KiB and a later checkpoint write fewer pages.
_PRAGMAS = (
    "PRAGMA page_size=8192",
    "PRAGMA journal_mode=WAL",
    "PRAGMA wal_autocheckpoint=4000",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-16384",
    "PRAGMA journal_size_limit=67108864",
)


@asynccontextmanager
async def open_store(url: str, *, create: bool = True) -> AsyncIterator[SqlStore]:
    """The store at ``sqlite:///relative.db`` or ``sqlite:////absolute.db``.

    The file is made when it is missing, unless *create* is False. StoreRefused says
    what is wrong with the URL or the file, also when another process has it open.
    """
    path = _path_in(url)
    writing, reading, release = await asyncio.to_thread(_open, path, create=create)
    store = SqlStore(writing, reading, release)
    try:
        yield store
    finally:
        await store.aclose()


def _path_in(url: str) -> Path:
    try:
        parts = make_url(url)
    except ArgumentError:
        raise StoreRefused(
            'the store url is not one; write "sqlite:///bridge.db"'
        ) from None
    if parts.get_backend_name() == "postgresql":
        raise StoreRefused("PostgreSQL is not in this version; use sqlite:///bridge.db")
    if parts.drivername != "sqlite":
        raise StoreRefused(
            f"{parts.drivername} is no store of the bridge; use sqlite:///bridge.db"
        )
    if not parts.database or parts.database == ":memory:" or parts.query:
        raise StoreRefused(
            "the store url must name a file and nothing else, as sqlite:///bridge.db"
        )
    return Path(parts.database)


def _open(path: Path, *, create: bool) -> tuple[Engine, Engine, Callable[[], None]]:
    if not create and not path.exists():
        raise StoreRefused(
            f"there is no store at {path}: run `bridge serve` first, or mend store.url"
        )
    if not path.parent.is_dir():
        raise StoreRefused(f"{path}: the directory {path.parent} does not exist")
    with ExitStack() as opened:
        opened.enter_context(_lock(path))
        writing = _engine(path, begin="BEGIN IMMEDIATE")
        opened.callback(writing.dispose)
        reading = _engine(path, begin="BEGIN")
        opened.callback(reading.dispose)
        try:
            with writing.begin() as conn:
                _check_write_ahead_log(conn, path)
                _prepare(conn, path)
        except DBAPIError as exc:
            raise StoreRefused(f"{path}: {exc.orig}") from exc
        return writing, reading, opened.pop_all().close


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Holds ``<file>.lock``; the lock file stays, as removing it would be a race."""
    name = path.with_name(f"{path.name}.lock")
    try:
        file = name.open("a+")
    except OSError as exc:
        raise StoreRefused(f"{name}: {exc.strerror}") from exc
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            file.seek(0)
            owner = file.read(20).strip()
            raise StoreRefused(
                f"{path}: in use by another process ({owner or 'unknown'}), "
                f"which holds {name}"
            ) from exc
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _engine(path: Path, *, begin: str) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        # The driver must not begin transactions of its own: the event below does.
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: object) -> None:
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _check_write_ahead_log(conn: Connection, path: Path) -> None:
    mode = conn.exec_driver_sql("PRAGMA journal_mode").scalar()
    if mode != "wal":
        raise StoreRefused(f"{path}: this file system has no write-ahead log ({mode})")


def _prepare(conn: Connection, path: Path) -> None:
    """Make the tables in a new file; refuse a file that is newer or unlike ours."""
    tables = inspect(conn).get_table_names()
    if not tables:
        metadata.create_all(conn)
        rows = [{"name": "schema", "value": VERSION}, {"name": "tick", "value": 0}]
        conn.execute(meta.insert(), rows)
        return
    if meta.name not in tables:
        raise StoreRefused(f"{path}: a database, but not one of the bridge")
    found = conn.scalar(select(meta.c.value).where(meta.c.name == "schema"))
    if found is None or found > VERSION:
        raise StoreRefused(
            f"{path}: written by a newer bridge (schema {found}, this one knows "
            f"{VERSION}); use that version"
        )
    for table in metadata.sorted_tables:
        there = _columns(conn, table.name) if table.name in tables else set()
        odd = {(column.name, column.primary_key) for column in table.c} ^ there
        if odd:
            raise StoreRefused(
                f"{path}: made by an unfinished version of the bridge (it differs in "
                f"{table.name}.{min(odd)[0]}); move it away and begin with a new one"
            )


def _columns(conn: Connection, table: str) -> set[tuple[str, bool]]:
    """The columns of a stored table, and whether they belong to its key."""
    key = inspect(conn).get_pk_constraint(table)["constrained_columns"]
    return {(c["name"], c["name"] in key) for c in inspect(conn).get_columns(table)}

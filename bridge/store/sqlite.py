"""Opens the store in a SQLite file, which belongs to one process at a time."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from bridge.ports.errors import StoreRefused
from bridge.store.engines import Opened
from bridge.store.sql import SqlStore
from bridge.store.versions import prepare

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
async def open_file(url: URL, *, create: bool = True) -> AsyncIterator[SqlStore]:
    """The store at ``sqlite:///relative.db`` or ``sqlite:////absolute.db``.

    The file is made when it is missing, unless *create* is False. StoreRefused says
    what is wrong with the URL or the file, also when another process has it open.
    """
    path = path_in(url)
    opened = await asyncio.to_thread(_open, path, create=create)
    store = SqlStore(*opened)
    try:
        yield store
    finally:
        await store.aclose()


def path_in(url: URL) -> Path:
    """The file that *url* names; StoreRefused."""
    if not url.database or url.database == ":memory:" or url.query:
        raise StoreRefused(
            "the store url must name a file and nothing else, as sqlite:///bridge.db"
        )
    return Path(url.database)


def _open(path: Path, *, create: bool) -> Opened:
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
                found = prepare(conn, str(path), upgrade=True)
        except DBAPIError as exc:
            raise StoreRefused(f"{path}: {exc.orig}") from exc
        return writing, reading, opened.pop_all().close, found


@contextmanager
def held_file(url: URL) -> Iterator[Engine]:
    """The file that *url* names, to be read while no bridge has it; StoreRefused, also
    where its tables are of another version."""
    path = path_in(url)
    if not path.is_file():
        raise StoreRefused(f"there is no store at {path}")
    with _lock(path):
        engine = _engine(path, begin="BEGIN")
        try:
            with engine.connect() as conn:
                prepare(conn, str(path), upgrade=False)
            yield engine
        except DBAPIError as exc:
            raise StoreRefused(f"{path}: {exc.orig}") from exc
        finally:
            engine.dispose()


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

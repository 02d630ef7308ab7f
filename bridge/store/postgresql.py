"""Opens the store in a PostgreSQL database, which any number of processes may share.

Every writing transaction begins with the one row that counts them, so that writers of
all processes take turns, as they do on SQLite; reads go on beside them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack, asynccontextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from bridge.ports.errors import StoreRefused, StoreUnavailable
from bridge.store.engines import Opened
from bridge.store.faults import said
from bridge.store.sql import SqlStore
from bridge.store.versions import prepare

_OLDEST = 15
_PREPARING = 0x62726964676531
"""The advisory lock under which the tables are made or changed."""

# A process that is stopped in the midst of a transaction must not stop all others.
_SESSION = {
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "10s",
    "statement_timeout": "60s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_CONNECTION = {
    "application_name": "bridge",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}


@asynccontextmanager
async def open_database(
    url: URL, *, create: bool = True, upgrade: bool = False
) -> AsyncIterator[SqlStore]:
    """The store in the database that *url* names; its tables are made where it is
    empty, unless *create* is False, and older ones changed with *upgrade*.
    StoreRefused, StoreUnavailable."""
    opened = await asyncio.to_thread(_open, url, create=create, upgrade=upgrade)
    store = SqlStore(*opened)
    try:
        yield store
    finally:
        await store.aclose()


def _open(url: URL, *, create: bool, upgrade: bool) -> Opened:
    place = place_of(url)
    with ExitStack() as opened:
        writing = engine(url, isolation="READ COMMITTED")
        opened.callback(writing.dispose)
        # One snapshot for each group of questions.
        reading = engine(url, isolation="REPEATABLE READ")
        opened.callback(reading.dispose)
        try:
            with writing.begin() as conn:
                _check_version(conn.dialect.server_version_info, place)
                prepare_alone(conn)
                if not create and not inspect(conn).get_table_names():
                    raise StoreRefused(
                        f"there is no store in {place}: run `bridge serve` first, or "
                        "mend store.url"
                    )
                found = prepare(conn, place, upgrade=upgrade)
        except OperationalError as exc:
            raise StoreUnavailable(f"{place}: {said(exc)}") from exc
        except DBAPIError as exc:
            raise StoreRefused(f"{place}: {said(exc)}") from exc
        return writing, reading, opened.pop_all().close, found


def prepare_alone(conn: Connection) -> None:
    """Until the transaction ends, no other process makes or changes the tables."""
    conn.execute(text(f"SELECT pg_advisory_xact_lock({_PREPARING})"))


def place_of(url: URL) -> str:
    """The database as it is named in errors: without user and password."""
    host = url.host or url.query.get("host") or "the local server"
    return f"database {url.database!r} at {host}"


def engine(url: URL, *, isolation: str) -> Engine:
    """One connection at a time; StoreRefused where the driver is not installed."""
    try:
        made = create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            # The server may have gone and come back meanwhile.
            pool_pre_ping=True,
            isolation_level=isolation,
            connect_args={k: v for k, v in _CONNECTION.items() if k not in url.query},
        )
    except ModuleNotFoundError as exc:
        raise StoreRefused(
            "PostgreSQL needs a driver that is not installed: "
            "pip install 'bridge[postgres]'"
        ) from exc
    event.listen(made, "connect", _configure)
    return made


def _configure(connection: Any, _record: object) -> None:
    """What holds for every session of ours."""
    connection.adapters.register_dumper(str, _plain_text())
    connection.cursor_factory = _one_by_one()
    with connection.cursor() as cursor:
        for name, value in _SESSION.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


def _one_by_one() -> type:
    from psycopg import Cursor  # noqa: PLC0415 - of the extra

    class OneByOne(Cursor[Any]):
        """Executes for many rows one after the other, and waits for each.

        The driver would send them all and then wait. The server ends no session that
        stops in between, whatever its timeouts: a replica that is stopped there would
        keep all others from writing until it wakes.
        """

        _total: int | None = None

        @property
        def rowcount(self) -> int:
            return super().rowcount if self._total is None else self._total

        def execute(self, *args: Any, **options: Any) -> Any:
            self._total = None
            return super().execute(*args, **options)

        def executemany(
            self, query: Any, params_seq: Iterable[Any], *, returning: bool = False
        ) -> None:
            if returning:
                raise NotImplementedError("results of many rows are not kept")
            total = 0
            for params in params_seq:
                total += max(0, self.execute(query, params).rowcount)
            self._total = total

    return OneByOne


def _plain_text() -> type:
    from psycopg.types.string import StrDumper  # noqa: PLC0415 - of the extra

    class PlainText(StrDumper):
        """Text as PostgreSQL takes it: it has no place for the character NUL."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    return PlainText


def _check_version(version: tuple[int | str, ...] | None, place: str) -> None:
    if version and int(version[0]) < _OLDEST:
        raise StoreRefused(
            f"{place}: PostgreSQL {version[0]} is too old, the bridge needs {_OLDEST}"
        )

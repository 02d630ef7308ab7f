"""Opens the store that a URL names, whichever engine keeps it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bridge.ports.errors import StoreRefused
from bridge.store import postgresql, sqlite
from bridge.store.schema import VERSION
from bridge.store.sql import SqlStore

_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")
_EITHER = 'write "sqlite:///bridge.db" or "postgresql://user:password@host/bridge"'


@asynccontextmanager
async def open_store(
    url: str, *, create: bool = True, upgrade: bool = False
) -> AsyncIterator[SqlStore]:
    """The store at ``sqlite:///…`` or ``postgresql://…``, made when it is missing,
    unless *create* is False.

    Tables of an older bridge are brought up to this one's: those in a SQLite file,
    which nobody else uses, by themselves, those in PostgreSQL only with *upgrade*.

    StoreRefused says what is wrong with the URL or with what it names, StoreUnavailable
    that a server does not answer; neither shows a password.
    """
    parts = parsed(url)
    if is_postgresql(parts):
        opened = postgresql.open_database(parts, create=create, upgrade=upgrade)
    else:
        opened = sqlite.open_file(parts, create=create)
    async with opened as store:
        yield store


def parsed(url: str) -> URL:
    """The parts of *url*; StoreRefused where it names no engine of ours."""
    try:
        parts = make_url(url)
    except ArgumentError:
        raise StoreRefused(f"the store url is not one; {_EITHER}") from None
    if parts.drivername not in ("sqlite", *_POSTGRESQL):
        raise StoreRefused(f"{parts.drivername} is no store of the bridge; {_EITHER}")
    return parts


def is_postgresql(url: URL) -> bool:
    """True for a URL that names a PostgreSQL database."""
    return url.drivername in _POSTGRESQL


async def upgrade_store(url: str) -> tuple[int, int]:
    """Bring the tables up to this bridge's; the version they had, and have now.
    StoreRefused, StoreUnavailable."""
    async with open_store(url, create=False, upgrade=True) as store:
        return store.found_version, VERSION

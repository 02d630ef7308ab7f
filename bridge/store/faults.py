"""What goes wrong in the database, as the errors of the port."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
    StatementError,
)

from bridge.ports.errors import CommitRefused, StoreUnavailable


def said(exc: DBAPIError) -> str:
    """What the database said, in one line and without the statement."""
    return " ".join(str(exc.orig).split())


@contextmanager
def refusing() -> Iterator[None]:
    """Values that no row can hold: text that is no Unicode, times without a zone."""
    try:
        yield
    except (TypeError, ValueError, OverflowError, StatementError) as exc:
        raise CommitRefused(f"the store cannot hold it: {exc}") from exc


@contextmanager
def translated() -> Iterator[None]:
    """The database's errors by what to do next; their statements stay out of sight."""
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError) as exc:
        raise CommitRefused(f"the store refused: {said(exc)}") from exc
    except DBAPIError as exc:
        raise StoreUnavailable(f"the store does not work: {said(exc)}") from exc

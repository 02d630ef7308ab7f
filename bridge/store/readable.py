"""Lists of rows, without those that do not parse any more."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Select

from bridge.ports.errors import UnreadableRow

T = TypeVar("T")

log = structlog.get_logger(__name__)

SPARE = 50
"""So many rows of a page may be of no use without the page becoming shorter."""

_REMEMBERED = 1000
_told: dict[str, None] = {}


def readable(
    conn: Connection,
    query: Select[Any],
    parse: Callable[[Mapping[Any, Any]], T],
    limit: int | None = None,
) -> list[T]:
    """The first *limit* rows of *query* that parse, or all; each other one is told of
    once."""
    found: list[T] = []
    page = query if limit is None else query.limit(limit + SPARE)
    for row in conn.execute(page).mappings():
        if len(found) == limit:
            break
        try:
            found.append(parse(row))
        except UnreadableRow as exc:
            _tell(str(exc))
    return found


def _tell(error: str) -> None:
    if error in _told:
        return
    if len(_told) >= _REMEMBERED:
        _told.clear()
    _told[error] = None
    log.error("store.row_unreadable", error=error)

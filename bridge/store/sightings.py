"""Keeping issues as they were last seen, and listing them."""

from collections.abc import Sequence

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Select,
    Table,
    case,
    func,
    select,
)
from sqlalchemy.types import BigInteger

from bridge.domain.model import IssueId
from bridge.ports.sightings import Sighting
from bridge.store.codec import (
    Row,
    Values,
    maybe_micros,
    maybe_moment,
    micros,
    moment,
    naming,
)
from bridge.store.columns import TEXT, insert, partial
from bridge.store.readable import readable
from bridge.store.schema import NOTHING, metadata

sightings = Table(
    "sightings",
    metadata,
    Column("issue", TEXT, primary_key=True),
    Column("seen_at", BigInteger, nullable=False),
    Column("attributes", TEXT, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("url", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("first_seen", BigInteger),
    Column("handled", TEXT, nullable=False),
)
partial(
    "sightings_unhandled",
    sightings.c.issue,
    where=sightings.c.handled == NOTHING,
)
_ADDED = insert(sightings)
_new = _ADDED.excluded
_KEPT = _ADDED.on_conflict_do_update(
    index_elements=[sightings.c.issue],
    set_={
        "seen_at": _new.seen_at,
        "attributes": _new.attributes,
        "title": _new.title,
        "url": _new.url,
        "state": _new.state,
        "first_seen": func.coalesce(_new.first_seen, sightings.c.first_seen),
        "handled": case(
            (_new.handled == NOTHING, sightings.c.handled), else_=_new.handled
        ),
    },
)
_is_unhandled = sightings.c.handled == NOTHING


def keep(conn: Connection, seen: Sequence[Sighting]) -> None:
    """Keep each of *seen*, over what was kept of the same issue."""
    if seen:
        conn.execute(_KEPT, [_values(one) for one in seen])


def find(conn: Connection, issue: IssueId) -> Sighting | None:
    """*issue* as it was last seen."""
    query = select(sightings).where(sightings.c.issue == issue)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else _sighting_of(row)


def listed(conn: Connection, after: str, limit: int) -> list[Sighting]:
    """Every issue as last seen, by id, from behind *after*."""
    return _page(conn, select(sightings), after, limit)


def unhandled(conn: Connection, after: str, limit: int) -> list[Sighting]:
    """The same for issues that no rule has been carried out for yet."""
    return _page(conn, select(sightings).where(_is_unhandled), after, limit)


def count_unhandled(conn: Connection) -> int:
    """How many of those there are."""
    query = select(func.count()).select_from(sightings).where(_is_unhandled)
    return conn.scalar(query) or 0


def _page(
    conn: Connection, query: Select[tuple[object, ...]], after: str, limit: int
) -> list[Sighting]:
    after_it = query.where(sightings.c.issue > after).order_by(sightings.c.issue)
    return readable(conn, after_it, _sighting_of, limit)


def _values(seen: Sighting) -> Values:
    return {
        "issue": seen.issue,
        "seen_at": micros(seen.seen_at),
        "attributes": orjson.dumps(dict(seen.attributes)).decode(),
        "title": seen.title,
        "url": seen.url,
        "state": seen.state,
        "first_seen": maybe_micros(seen.first_seen),
        "handled": seen.handled,
    }


def _sighting_of(row: Row) -> Sighting:
    with naming("sighting", row[sightings.c.issue]):
        told = orjson.loads(row[sightings.c.attributes])
        return Sighting(
            issue=IssueId(row[sightings.c.issue]),
            seen_at=moment(row[sightings.c.seen_at]),
            attributes={name: tuple(values) for name, values in told.items()},
            title=row[sightings.c.title],
            url=row[sightings.c.url],
            state=row[sightings.c.state],
            first_seen=maybe_moment(row[sightings.c.first_seen]),
            handled=row[sightings.c.handled],
        )

"""What is known of comments, by case: originals, copies, looks; never a text."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Column, Connection, ForeignKey, Table, select
from sqlalchemy.types import BigInteger

from bridge.domain.comment_records import (
    CommentBase,
    Copy,
    CopyStatus,
    Looked,
    Original,
    Standing,
)
from bridge.domain.comment_text import Marker
from bridge.domain.model import CaseId, IssueId
from bridge.ports.commits import CommentsKnown
from bridge.store.codec import (
    Row,
    Values,
    maybe_micros,
    maybe_moment,
    micros,
    moment,
    naming,
)
from bridge.store.columns import TEXT, Insert, insert
from bridge.store.schema import cases, metadata


def _case() -> Column[str]:
    """The case, with which the row goes."""
    goes_with = ForeignKey(cases.c.id, ondelete="CASCADE")
    return Column("case", TEXT, goes_with, primary_key=True)


def _key(name: str) -> Column[str]:
    return Column(name, TEXT, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, TEXT, nullable=False)


originals = Table(
    "comments",
    metadata,
    _case(),
    _key("thing"),
    _key("id"),
    _text("fingerprint"),
    Column("written_at", BigInteger, nullable=False),
    _text("standing"),
    Column("missed_at", BigInteger),
)
copies = Table(
    "copies",
    metadata,
    _case(),
    _key("marker"),
    _text("origin"),
    _text("origin_id"),
    _text("target"),
    _text("shows"),
    _text("id"),
    _text("status"),
    Column("tried_at", BigInteger),
    _text("looks"),
)
looks = Table(
    "comment_looks",
    metadata,
    _case(),
    _key("thing"),
    Column("at", BigInteger, nullable=False),
)


def _kept(table: Table) -> Insert:
    """Adds a row, or puts it in the place of the one with its key."""
    added = insert(table)
    changed = {c.name: added.excluded[c.name] for c in table.c if not c.primary_key}
    keys = list(table.primary_key.columns)
    return added.on_conflict_do_update(index_elements=keys, set_=changed)


_KEPT = {table: _kept(table) for table in (originals, copies, looks)}


def keep(conn: Connection, known: Sequence[CommentsKnown]) -> None:
    """Write what is known of comments, except of cases that are not stored."""
    if not known:
        return
    asked = [one.case for one in known]
    stored = select(cases.c.id, cases.c.since).where(cases.c.id.in_(asked))
    there = {row.id: row.since for row in conn.execute(stored)}
    for one in known:
        if one.case in there and maybe_micros(one.since) in (None, there[one.case]):
            base = one.comments
            _write(
                conn,
                originals,
                one.case,
                map(_original_values, base.originals.values()),
            )
            _write(conn, copies, one.case, map(_copy_values, base.copies.values()))
            _write(conn, looks, one.case, map(_look_values, base.looks.values()))


def _write(
    conn: Connection, table: Table, case: CaseId, rows: Iterable[Values]
) -> None:
    values = [{"case": case, **row} for row in rows]
    if values:
        conn.execute(_KEPT[table], values)


def load(conn: Connection, case: CaseId) -> CommentBase:
    """What is known of the comments of *case*."""

    def rows(table: Table) -> Iterable[Row]:
        return conn.execute(select(table).where(table.c.case == case)).mappings()

    return CommentBase.of(
        (_original_of(row) for row in rows(originals)),
        (_copy_of(row) for row in rows(copies)),
        (_look_of(row) for row in rows(looks)),
    )


def _original_values(original: Original) -> Values:
    return {
        "thing": original.thing,
        "id": original.id,
        "fingerprint": original.fingerprint,
        "written_at": micros(original.written_at),
        "standing": original.standing.value,
        "missed_at": maybe_micros(original.missed_at),
    }


def _original_of(row: Row) -> Original:
    with naming("comment", f"{row[originals.c.thing]}/{row[originals.c.id]}"):
        return Original(
            thing=IssueId(row[originals.c.thing]),
            id=row[originals.c.id],
            fingerprint=row[originals.c.fingerprint],
            written_at=moment(row[originals.c.written_at]),
            standing=Standing(row[originals.c.standing]),
            missed_at=maybe_moment(row[originals.c.missed_at]),
        )


def _copy_values(copy: Copy) -> Values:
    return {
        "marker": copy.marker,
        "origin": copy.origin,
        "origin_id": copy.origin_id,
        "target": copy.target,
        "shows": copy.shows,
        "id": copy.id,
        "status": copy.status.value,
        "tried_at": maybe_micros(copy.tried_at),
        "looks": copy.looks,
    }


def _copy_of(row: Row) -> Copy:
    with naming("copy", row[copies.c.marker]):
        return Copy(
            marker=Marker(row[copies.c.marker]),
            origin=IssueId(row[copies.c.origin]),
            origin_id=row[copies.c.origin_id],
            target=IssueId(row[copies.c.target]),
            shows=row[copies.c.shows],
            id=row[copies.c.id],
            status=CopyStatus(row[copies.c.status]),
            tried_at=maybe_moment(row[copies.c.tried_at]),
            looks=row[copies.c.looks],
        )


def _look_values(look: Looked) -> Values:
    return {"thing": look.thing, "at": micros(look.at)}


def _look_of(row: Row) -> Looked:
    with naming("look at comments", row[looks.c.thing]):
        return Looked(IssueId(row[looks.c.thing]), moment(row[looks.c.at]))

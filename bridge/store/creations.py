"""Cases about to be created, issues that people unlinked, and moments to remember."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, select
from sqlalchemy.types import BigInteger

from bridge.domain.model import CaseId, IssueId, TrackerName
from bridge.ports.commits import NewEvent
from bridge.ports.creations import (
    AlreadyReserved,
    Creation,
    CreationStatus,
    HeldBack,
    Limit,
)
from bridge.ports.records import Due
from bridge.ports.store import LinkExists
from bridge.store import linking, work
from bridge.store.codec import (
    Row,
    Values,
    maybe_micros,
    maybe_moment,
    micros,
    moment,
    naming,
)
from bridge.store.columns import TEXT, insert
from bridge.store.records import event_values
from bridge.store.schema import creations, events, metadata, unlinked

# Since when the bridge watches, and up to where it has searched.
marks = Table(
    "marks",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

_ADDED = insert(creations)
_KEPT = _ADDED.on_conflict_do_update(
    index_elements=[creations.c.issue],
    set_={
        column.name: _ADDED.excluded[column.name]
        for column in creations.c
        if not column.primary_key
    },
)
_ADDED_MARK = insert(marks)
_KEPT_MARK = _ADDED_MARK.on_conflict_do_update(
    index_elements=[marks.c.name], set_={"at": _ADDED_MARK.excluded.at}
)


@dataclass(frozen=True, slots=True)
class Reserving:
    """A case to be reserved for an issue, and who asked for it, if a person did."""

    creation: Creation
    event: NewEvent | None = None
    limit: Limit | None = None


def reserve(
    conn: Connection, wanted: Reserving, tick: int
) -> LinkExists | AlreadyReserved | HeldBack | None:
    """Reserve; a refusal is an answer, so that others in the group go on."""
    issue = wanted.creation.issue
    there = linking.find(conn, issue)
    if there is not None:
        return LinkExists(there.link, there.case)
    open_one = find(conn, issue)
    if open_one is not None and open_one.is_open:
        return AlreadyReserved(open_one)
    if wanted.limit is not None:
        recent = _reserved_since(conn, wanted.creation.rule, wanted.limit.since)
        if len(recent) >= wanted.limit.cases:
            return HeldBack(recent[-wanted.limit.cases] if wanted.limit.cases else None)
    keep(conn, [wanted.creation])
    if wanted.event is not None:
        conn.execute(events.insert(), event_values(wanted.event))
        due = Due(wanted.event.key, wanted.event.at)
        work.want(conn, [due], tick)
    return None


def keep(conn: Connection, kept: Sequence[Creation]) -> None:
    """Keep each of *kept*, over what was kept for the same issue."""
    if kept:
        conn.execute(_KEPT, [_values(one) for one in kept])


def drop(conn: Connection, issues: Sequence[IssueId]) -> None:
    """Forget the creations for *issues*: nothing was created."""
    if issues:
        conn.execute(delete(creations).where(creations.c.issue.in_(issues)))


def find(conn: Connection, issue: IssueId) -> Creation | None:
    """The creation for *issue*, however far it came."""
    query = select(creations).where(creations.c.issue == issue)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else _creation_of(row)


def _reserved_since(conn: Connection, rule: str, since: datetime) -> list[datetime]:
    """When cases were reserved by *rule* since then, oldest first."""
    query = (
        select(creations.c.reserved_at)
        .where(creations.c.rule == rule, creations.c.reserved_at > micros(since))
        .order_by(creations.c.reserved_at)
    )
    return [moment(at) for at in conn.scalars(query)]


def set_aside_from(conn: Connection, issue: IssueId) -> frozenset[CaseId]:
    """The cases from which a person unlinked *issue*."""
    query = select(unlinked.c.case).where(unlinked.c.issue == issue)
    return frozenset(map(CaseId, conn.scalars(query)))


def keep_marks(conn: Connection, kept: Mapping[str, datetime]) -> None:
    """Remember moments by their names."""
    if kept:
        rows = [{"name": name, "at": micros(at)} for name, at in kept.items()]
        conn.execute(_KEPT_MARK, rows)


def mark(conn: Connection, name: str) -> datetime | None:
    """The moment of that name."""
    return maybe_moment(conn.scalar(select(marks.c.at).where(marks.c.name == name)))


def _values(creation: Creation) -> Values:
    return {
        "issue": creation.issue,
        "tracker": creation.tracker,
        "project": creation.project,
        "rule": creation.rule,
        "reserved_at": micros(creation.reserved_at),
        "status": creation.status.value,
        "tried_at": maybe_micros(creation.tried_at),
        "case": creation.case,
    }


def _creation_of(row: Row) -> Creation:
    with naming("creation", row[creations.c.issue]):
        case = row[creations.c.case]
        return Creation(
            issue=IssueId(row[creations.c.issue]),
            tracker=TrackerName(row[creations.c.tracker]),
            project=row[creations.c.project],
            rule=row[creations.c.rule],
            reserved_at=moment(row[creations.c.reserved_at]),
            status=CreationStatus(row[creations.c.status]),
            tried_at=maybe_moment(row[creations.c.tried_at]),
            case=CaseId(case) if case else None,
        )

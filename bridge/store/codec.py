"""Links and cases to rows and back; a row that does not parse names itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bridge.domain.base import CaseBase, IssueBase
from bridge.domain.model import CaseId, IssueId, qualify, tracker_of
from bridge.ports.errors import UnreadableRow
from bridge.ports.records import CaseRecord, Link, LinkRow
from bridge.store.schema import cases, links

Row = Mapping[Any, Any]
"""A row by its columns."""

Values = dict[str, Any]
"""A row to be written, by the names of its columns."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ISSUE_BASE = TypeAdapter(IssueBase)
_CASE_BASE = TypeAdapter(CaseBase)


def micros(moment: datetime) -> int:
    """*moment* as it is stored; a naive one raises TypeError."""
    return (moment - _EPOCH) // _MICROSECOND


def maybe_micros(moment: datetime | None) -> int | None:
    """The same for a time that may be missing."""
    return None if moment is None else micros(moment)


def moment(stored: int) -> datetime:
    """The aware time that *stored* stands for."""
    return _EPOCH + timedelta(microseconds=stored)


def maybe_moment(stored: int | None) -> datetime | None:
    """The same for a time that may be missing."""
    return None if stored is None else moment(stored)


@contextmanager
def naming(table: str, row_id: object) -> Iterator[None]:
    """Turns what goes wrong while a row is parsed into UnreadableRow."""
    try:
        yield
    except (ValueError, TypeError, OverflowError) as exc:
        why = type(exc).__name__
        raise UnreadableRow(f"{table} {row_id} cannot be read: {why}") from exc


def link_values(link: Link) -> Values:
    """The row of a link."""
    base = None if link.base is None else _ISSUE_BASE.dump_json(link.base).decode()
    return {
        "issue": link.issue,
        "case": link.case,
        "since": micros(link.since),
        "base": base,
        "state": link.state,
        "title": link.title,
        "url": link.url,
        "drift": link.drift,
        "gone": link.gone,
        "is_native": link.is_native,
    }


def link_of(row: Row) -> Link:
    """The link in *row*."""
    with naming("link", row[links.c.issue]):
        base = row[links.c.base]
        return Link(
            issue=IssueId(row[links.c.issue]),
            case=CaseId(row[links.c.case]),
            since=moment(row[links.c.since]),
            base=None if base is None else _ISSUE_BASE.validate_json(base),
            state=row[links.c.state],
            title=row[links.c.title],
            url=row[links.c.url],
            drift=row[links.c.drift],
            gone=row[links.c.gone],
            is_native=row[links.c.is_native],
        )


def case_values(case: CaseRecord) -> Values:
    """The row of a case."""
    base = None if case.base is None else _CASE_BASE.dump_json(case.base).decode()
    return {
        "id": case.id,
        "handle": qualify(tracker_of(case.id), case.key) if case.key else None,
        "key": case.key,
        "title": case.title,
        "url": case.url,
        "project": case.project,
        "status": case.status,
        "group": case.group,
        "base": base,
        "drift": case.drift,
        "gone": case.gone,
        "paused": case.paused,
        "next_look": maybe_micros(case.next_look),
        "since": maybe_micros(case.since),
    }


def case_of(row: Row) -> CaseRecord:
    """The case in *row*."""
    with naming("case", row[cases.c.id]):
        base = row[cases.c.base]
        return CaseRecord(
            id=CaseId(row[cases.c.id]),
            key=row[cases.c.key],
            title=row[cases.c.title],
            url=row[cases.c.url],
            project=row[cases.c.project],
            status=row[cases.c.status],
            group=row[cases.c.group],
            base=None if base is None else _CASE_BASE.validate_json(base),
            drift=row[cases.c.drift],
            gone=row[cases.c.gone],
            paused=row[cases.c.paused],
            next_look=maybe_moment(row[cases.c.next_look]),
            since=moment(row[cases.c.since]),
        )


def link_row_of(row: Row) -> LinkRow:
    """The link and the case in the joined *row*."""
    return LinkRow(link_of(row), case_of(row))

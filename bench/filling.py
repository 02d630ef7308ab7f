"""Fills a store by SQL through the bridge's own tables: links as a settled bridge has
them, and deliveries that ended."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection, Engine, NullPool, create_engine, select, text

from bench.documents import GROUPS, case_id, issue_id
from bench.tracker import FastTracker
from bridge.domain.base import CaseBase, Held, IssueBase
from bridge.domain.model import CaseId, IssueId, State, StatusGroup
from bridge.domain.people import NOBODY
from bridge.ports.records import CaseRecord, Link
from bridge.store.codec import Values, case_values, link_values, micros
from bridge.store.opening import is_postgresql, open_store, parsed
from bridge.store.schema import cases, events, links

_PORTION = 5000
_STATES = (State.FOR_REVIEW, State.REVIEWED, State.RESOLVED)


async def fill_links(url: str, tracker: FastTracker, *, next_look: datetime) -> None:
    """Every case of *tracker* with its issues, agreed on as they are there."""
    async with open_store(url):
        pass
    engine = _engine(url)
    with engine.begin() as conn:
        _insert(conn, cases, _case_rows(tracker, next_look))
        _insert(conn, links, _link_rows(tracker))
        _learn(conn)


async def fill_deliveries(url: str, count: int, of_cases: int) -> None:
    """So many finished deliveries of 2 kB, spread over the cases and the last days."""
    async with open_store(url):
        pass
    with _engine(url).begin() as conn:
        _insert(conn, events, _event_rows(count, of_cases))
        _learn(conn)


def ended_deliveries(url: str) -> set[str]:
    """The event ids of the stored deliveries that have an outcome."""
    query = select(events.c.identity).where(
        events.c.cause == "delivery", events.c.outcome.is_not(None)
    )
    with _engine(url).connect() as conn:
        return {identity.partition(":")[0] for identity in conn.scalars(query)}


def _engine(url: str) -> Engine:
    parts = parsed(url)
    if is_postgresql(parts):
        parts = parts.set(drivername="postgresql+psycopg")
    return create_engine(parts, poolclass=NullPool)


def _learn(conn: Connection) -> None:
    """Let the planner see what is there, as a server does by itself in time."""
    conn.execute(text("ANALYZE"))


def _insert(conn: Connection, table: object, rows: Iterator[Values]) -> None:
    while portion := list(islice(rows, _PORTION)):
        conn.execute(table.insert(), portion)  # type: ignore[attr-defined]


def _case_rows(tracker: FastTracker, next_look: datetime) -> Iterator[Values]:
    now = datetime.now(UTC)
    for number, group in tracker.groups.items():
        held = Held(StatusGroup[GROUPS[group][0]])
        record = CaseRecord(
            CaseId(f"cases:{case_id(number)}"),
            key=f"BENCH-{number}",
            title=f"TypeError in the checkout, number {number}",
            project="BENCH",
            status=GROUPS[group][1],
            group=GROUPS[group][0],
            base=CaseBase(held, Held(NOBODY)),
            next_look=next_look,
            since=now,
        )
        yield case_values(record)


def _link_rows(tracker: FastTracker) -> Iterator[Values]:
    now = datetime.now(UTC)
    for number, issues in tracker.issues_of.items():
        for each in issues:
            issue, state = IssueId(f"errors:{issue_id(each)}"), tracker.states[each]
            base = IssueBase(
                issue, Held(_STATES[state]), Held(value=True), Held(NOBODY)
            )
            link = Link(
                issue,
                CaseId(f"cases:{case_id(number)}"),
                now,
                base=base,
                state=_STATES[state].value,
                title="TypeError: cannot read properties of undefined",
            )
            yield link_values(link)


def _event_rows(count: int, of_cases: int) -> Iterator[Values]:
    now = datetime.now(UTC)
    body = b"{" + b"x" * 2000 + b"}"
    for n, at in _moments(now - timedelta(days=6), count):
        yield {
            "id": f"{micros(at):014x}{n & 0xFFFF:04x}{n:08x}",
            "tracker": "cases",
            "identity": f"{n * 2654435761 % 2**32:08x}{n:08x}" * 4,
            "key": f"cases:{case_id(n % of_cases)}",
            "cause": "delivery",
            "kind": "case_status",
            "at": micros(at),
            "body": body,
            "outcome": "applied",
            "reason": "",
            "ended_at": micros(at),
        }


def _moments(since: datetime, count: int) -> Iterable[tuple[int, datetime]]:
    step = timedelta(days=5) / max(1, count)
    return ((n, since + n * step) for n in range(count))

"""What a store is given, with everything defaulted that a test does not care about."""

from collections.abc import Sequence
from datetime import datetime

from bridge.domain.model import CaseId, IssueId, TrackerName
from bridge.ports.commits import (
    ActionRecord,
    Commit,
    DeadLetter,
    Ending,
    NewEvent,
    PassRecord,
    WorkDone,
)
from bridge.ports.records import CaseRecord, Cause, Job, Key, Link, NewDelivery, Outcome
from bridge.ports.store import Store
from tests.builders import NOON

CASE = CaseId("cases:1")
OTHER_CASE = CaseId("cases:2")
ISSUE = IssueId("errors:a")
OTHER_ISSUE = IssueId("errors:b")


def delivery(
    name: str,
    *subjects: str,
    at: datetime = NOON,
    identity: str | None = None,
    is_exact: bool = True,
    tracker: str = "errors",
) -> NewDelivery:
    return NewDelivery(
        id=name,
        tracker=TrackerName(tracker),
        identity=identity or f"identity of {name}",
        is_exact=is_exact,
        subjects=subjects or (ISSUE,),
        kind="changed",
        received_at=at,
        body=b'{"issue_id": "a"}',
    )


def event(
    name: str, key: str = CASE, at: datetime = NOON, cause: Cause = Cause.LINK
) -> NewEvent:
    return NewEvent(name, TrackerName("cases"), Key(key), cause, "linked", at)


def linked(issue: str = ISSUE, case: str = CASE, since: datetime = NOON) -> Link:
    return Link(IssueId(issue), CaseId(case), since)


def case_record(case: str = CASE, key: str = "") -> CaseRecord:
    return CaseRecord(CaseId(case), key=key or f"SHOP-{case[-1]}", since=NOON)


def pass_record(name: str = "pass", key: str = CASE) -> PassRecord:
    return PassRecord(
        id=name,
        key=Key(key),
        cause=Cause.DELIVERY,
        started_at=NOON,
        is_dry=False,
        base={"case": "OPEN"},
        seen={"case": "CLOSED", "issues": ["é", 1.5, None]},
        changes=["somebody closed the case"],
        overruled=[],
        notes=[],
        config="3f6c0a9b21d4",
    )


def action(n: int = 0, of: str = "pass") -> ActionRecord:
    return ActionRecord(of, n, "set issue state", ISSUE, "RESOLVED", "the case closed")


def dead_letter(name: str, case: str = CASE, at: datetime = NOON) -> DeadLetter:
    why = "the tracker refused"
    return DeadLetter(name, Key(case), "set", ISSUE, "RESOLVED", why, at, "pass")


async def link(store: Store, issue: str = ISSUE, case: str = CASE) -> None:
    """Links the two and works the case off, so that nothing waits."""
    told = event(f"00 link {issue} {case}", case)
    await store.link(linked(issue, case), case_record(case), told)
    await work_off(store, case)


async def work_off(
    store: Store, key: str, outcome: Outcome = Outcome.APPLIED, at: datetime = NOON
) -> Job:
    job = await store.load(Key(key))
    await store.commit(
        Commit(
            endings=[Ending(outcome, "", at, None, job.events)],
            work=[WorkDone(job.key, job.version)],
        )
    )
    return job


async def due(store: Store) -> dict[str, datetime]:
    """The keys that are due, and when."""
    return {one.key: one.at for one in await store.due()}


async def outcomes(store: Store) -> dict[str, Outcome | None]:
    """How each event stands."""
    return {row.id: row.outcome for row in await store.events(limit=1000)}


def ids(rows: Sequence[object]) -> list[str]:
    """The ids of listed rows, in their order."""
    return [str(getattr(row, "id")) for row in rows]  # noqa: B009 - any kind of row

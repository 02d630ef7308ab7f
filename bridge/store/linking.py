"""Making and taking away links, with the waiting events and work that follow them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Select, bindparam, delete, exists, select, update

from bridge.domain.model import CaseId, IssueId
from bridge.ports.commits import Ending, NewEvent
from bridge.ports.creations import BeingCreated, CreationStatus
from bridge.ports.records import CaseRecord, Key, Link, LinkRow, Outcome
from bridge.ports.store import LinkExists
from bridge.store import outcomes, work
from bridge.store.codec import case_values, link_row_of, link_values, micros
from bridge.store.columns import insert
from bridge.store.portions import portions
from bridge.store.records import event_values
from bridge.store.schema import cases, creations, events, is_open, links, unlinked

_IS_BEING_CREATED = select(
    exists().where(
        creations.c.issue == bindparam("issue"),
        creations.c.status != CreationStatus.CREATED.value,
    )
)
_KEPT_ASIDE = insert(unlinked).on_conflict_do_nothing()
_TAKEN_BACK = delete(unlinked).where(
    unlinked.c.issue == bindparam("issue"), unlinked.c.case == bindparam("case")
)
_IDENTITIES = select(links.c.issue, links.c.case, links.c.since).where(
    links.c.issue.in_(bindparam("issues", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Linking:
    """A link to be made, in place of the one to *moved_from* where that is given."""

    link: Link
    case: CaseRecord
    event: NewEvent
    moved_from: CaseId | None = None


@dataclass(frozen=True, slots=True)
class Unlinking:
    """A link to be taken away."""

    issue: IssueId
    event: NewEvent


def link_of_issue(issue: IssueId) -> Select[tuple[object, ...]]:
    """The query for the link of *issue* with its case."""
    return (
        select(links, cases)
        .join(cases, cases.c.id == links.c.case)
        .where(links.c.issue == issue)
    )


def link(
    conn: Connection, wanted: Linking, tick: int
) -> LinkExists | BeingCreated | None:
    """Make the link; a refusal is an answer, so that others in the group go on."""
    there = find(conn, wanted.link.issue)
    if there is not None and there.case.id != wanted.moved_from:
        return LinkExists(there.link, there.case)
    if conn.scalar(_IS_BEING_CREATED, {"issue": wanted.link.issue}):
        return BeingCreated(wanted.link.issue)
    conn.execute(events.insert(), event_values(wanted.event))
    if there is not None:
        _leave(conn, there, wanted)
    _keep_case(conn, replace(wanted.case, since=wanted.link.since))
    conn.execute(links.insert(), link_values(wanted.link))
    issue, case = Key(wanted.link.issue), Key(wanted.link.case)
    conn.execute(_TAKEN_BACK, {"issue": issue, "case": case})
    conn.execute(update(events).where(events.c.key == issue, is_open).values(key=case))
    work.move(conn, issue, case, wanted.event.at, tick)
    return None


def find(conn: Connection, issue: IssueId) -> LinkRow | None:
    """The link of *issue* with its case."""
    row = conn.execute(link_of_issue(issue)).mappings().one_or_none()
    return None if row is None else link_row_of(row)


def still_linked(
    conn: Connection, asked: Sequence[Sequence[Link]]
) -> list[set[IssueId]]:
    """For each list of links, the issues of those that stand as they were given."""
    issues = {link.issue for some in asked for link in some}
    standing = {
        (row.issue, row.case, row.since)
        for some in portions(issues)
        for row in conn.execute(_IDENTITIES, {"issues": some})
    }
    return [
        {
            link.issue
            for link in some
            if (link.issue, link.case, micros(link.since)) in standing
        }
        for some in asked
    ]


def _keep_case(conn: Connection, case: CaseRecord) -> None:
    added = insert(cases).on_conflict_do_nothing(index_elements=[cases.c.id])
    conn.execute(added, case_values(case))


def unlink(conn: Connection, wanted: Unlinking) -> Link | None:
    """Take the link away, and with the last one its case; the link that was there."""
    there = find(conn, wanted.issue)
    if there is None:
        return None
    conn.execute(events.insert(), event_values(wanted.event))
    _take_away(conn, there, wanted.event, f"unlinked from {_name(there.case)}")
    bare = (Outcome.IGNORED, "the case has no linked issue any more")
    _forget_if_bare(conn, there.case.id, wanted.event, *bare)
    return there.link


def _leave(conn: Connection, there: LinkRow, wanted: Linking) -> None:
    """Take away the link that the wanted one replaces."""
    where = f"from {_name(there.case)} to {_name(wanted.case)}"
    why = f"{there.link.issue} was moved {where} on its tracker: its link follows"
    _take_away(conn, there, wanted.event, why)
    _forget_if_bare(conn, there.case.id, wanted.event, Outcome.APPLIED, why)


def _take_away(conn: Connection, there: LinkRow, event: NewEvent, why: str) -> None:
    issue = there.link.issue
    conn.execute(delete(links).where(links.c.issue == issue))
    conn.execute(_KEPT_ASIDE, {"issue": issue, "case": there.case.id})
    outcomes.end(conn, [Ending(Outcome.APPLIED, why, event.at, events=(event.id,))])


def _name(case: CaseRecord) -> str:
    return case.key or case.id


def _forget_if_bare(
    conn: Connection, case: CaseId, event: NewEvent, outcome: Outcome, why: str
) -> None:
    if conn.scalar(select(exists().where(links.c.case == case))):
        return
    waiting = conn.scalars(select(events.c.id).where(events.c.key == case, is_open))
    outcomes.end(conn, [Ending(outcome, why, event.at, events=tuple(waiting))])
    work.forget(conn, Key(case))
    conn.execute(delete(cases).where(cases.c.id == case))

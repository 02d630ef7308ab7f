"""Looks at a case and its issues as they are now, and sorts out what cannot be read."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

from bridge.domain.model import Case, Issue, IssueId, Snapshot, own_id, tracker_of
from bridge.domain.people import stand_in
from bridge.engine.gate import Gate, ParkedError
from bridge.engine.roster import Roster
from bridge.ports.errors import (
    GoneError,
    PermanentError,
    TransientError,
    UnknownWordError,
)
from bridge.ports.records import CaseRecord, Job, Link


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of one case.

    *snapshot* is None where the case itself is gone or withdrawn, and *case_gone* says
    why. *gone* and *unreadable* tell of single issues; an issue that cannot be read
    stands in the snapshot as last agreed, so that nobody takes its silence for an edit.
    So do those in *unread*, which could not be read this time and may be the next.
    *unknown* are those unreadable ones that are in a state we do not know. *read_at* is
    when the reading of each issue began.
    """

    snapshot: Snapshot | None
    case: Case | None = None
    case_gone: str = ""
    gone: dict[IssueId, str] = field(default_factory=dict)
    unreadable: dict[IssueId, str] = field(default_factory=dict)
    unread: dict[IssueId, TransientError] = field(default_factory=dict)
    unknown: frozenset[IssueId] = frozenset()
    read_at: dict[IssueId, datetime] = field(default_factory=dict)

    @property
    def problem(self) -> TransientError | None:
        """Why an issue could not be read this time; None where all could be."""
        return next(iter(self.unread.values()), None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know of this look."""
        return tuple(
            f"{issue} is not looked at: {e}" for issue, e in self.unread.items()
        )


async def observe(
    roster: Roster, gate: Gate, record: CaseRecord, job: Job
) -> Observation:
    """The case of *job* and all its issues, so many at once.

    TransientError and ForbiddenError of the case are raised, and so is TransientError
    of an issue where no other issue of its tracker answered: nothing is decided on half
    a picture.
    """
    read_case = roster.case_tracker(record.id).get_case(own_id(record.id))
    room = asyncio.Semaphore(roster.reads_at_once(link.issue for link in job.links))
    read_at: dict[IssueId, datetime] = {}
    found = await asyncio.gather(
        gate.through(
            tracker_of(record.id), read_case, record.id, project=record.project
        ),
        *(_read_issue(roster, gate, link.issue, room, read_at) for link in job.links),
        return_exceptions=True,
    )
    case, issues = found[0], found[1:]
    has_answered = {tracker_of(i.id) for i in issues if isinstance(i, Issue)}
    names = [tracker_of(record.id), *(tracker_of(link.issue) for link in job.links)]
    for name, failure in zip(names, found, strict=True):
        if isinstance(failure, BaseException) and not _is_local(
            failure, case, is_alone=name not in has_answered
        ):
            raise failure
    if isinstance(case, GoneError):
        return Observation(None, case_gone=str(case))
    assert isinstance(case, Case)
    if case.withdrawn:
        return Observation(None, case, f"the case is {case.withdrawn}")
    return replace(_sorted_out(case, job.links, issues), read_at=read_at)


def _is_local(failure: BaseException, case: object, *, is_alone: bool) -> bool:
    """True for a failure that concerns one thing only and lets the look go on.

    A refusal, or a failure for now, is one issue's own where other issues of its
    tracker answered.
    """
    if failure is case:
        return isinstance(failure, GoneError)
    if isinstance(failure, TransientError):
        return not is_alone
    return isinstance(failure, GoneError | PermanentError)


async def _read_issue(
    roster: Roster,
    gate: Gate,
    issue: IssueId,
    room: asyncio.Semaphore,
    read_at: dict[IssueId, datetime],
) -> Issue:
    tracker = roster.issue_tracker(issue)
    async with room:
        read_at[issue] = gate.now
        return await gate.through(tracker.name, tracker.get_issue(issue), issue)


def _sorted_out(
    case: Case, links: tuple[Link, ...], found: list[object]
) -> Observation:
    issues: list[Issue] = []
    gone: dict[IssueId, str] = {}
    unreadable: dict[IssueId, str] = {}
    unread: dict[IssueId, TransientError] = {}
    for link, result in zip(links, found, strict=True):
        match result:
            case Issue():
                issues.append(result)
            case GoneError():
                gone[link.issue] = str(result)
            case TransientError() if not isinstance(result, ParkedError):
                unread[link.issue] = result
                issues += _stand_in(link)
            case _:
                unreadable[link.issue] = str(result)
                issues += _stand_in(link)
    snapshot = Snapshot(case, tuple(issues))
    odd = frozenset(
        link.issue
        for link, result in zip(links, found, strict=True)
        if isinstance(result, UnknownWordError)
    )
    return Observation(snapshot, case, "", gone, unreadable, unread, odd)


def _stand_in(link: Link) -> list[Issue]:
    if link.base is None:
        return []
    held = link.base.assignee
    return [
        Issue(
            link.issue,
            link.base.state.value,
            link.title,
            link.url,
            assignee=stand_in(tracker_of(link.issue), held.value) if held else None,
            native_case=own_id(link.case) if link.is_native else None,
        )
    ]

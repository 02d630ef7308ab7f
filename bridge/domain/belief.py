"""Stale reads: a value we have just replaced is not an edit until it stays.

A tracker may serve an old copy for a moment after our write. Such a value is put back
to the agreed one for now, and looked at again once the settling time is over.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bridge.domain.assigned import held_of, identities
from bridge.domain.base import Base, Held
from bridge.domain.model import Case, CaseId, Issue, IssueId, Snapshot, tracker_of
from bridge.domain.people import stand_in
from bridge.domain.policy import DEFAULT_POLICY, Policy

V = TypeVar("V")
T = TypeVar("T", Case, Issue)


def believe(
    base: Base,
    seen: Snapshot,
    now: datetime,
    settle: timedelta,
    policy: Policy = DEFAULT_POLICY,
) -> tuple[Snapshot, datetime | None]:
    """*seen* without its doubtful values, and when to look at those again, if any."""
    doubts = _Doubts(now, settle)
    case = seen.case
    if base.case and doubts.has(base.case.group, case.group, case.modified_at):
        case = replace(case, group=base.case.group.value)
    issues = []
    for issue in seen.issues:
        agreed = base.issues.get(issue.id)
        if agreed and doubts.has(agreed.state, issue.state, issue.modified_at):
            issue = replace(issue, state=agreed.state.value)  # noqa: PLW2901
        issues.append(issue)
    believed = Snapshot(case, tuple(issues))
    return _believed_assignees(base, believed, doubts, policy), doubts.until


def _believed_assignees(
    base: Base, seen: Snapshot, doubts: "_Doubts", policy: Policy
) -> Snapshot:
    held = {
        thing: held
        for thing, identity in identities(seen, policy).items()
        if (held := held_of(base, seen, thing))
        and doubts.has(held, identity, _modified_at(seen, thing))
    }
    if not held:
        return seen

    def put_back(thing: T) -> T:
        if thing.id not in held:
            return thing
        person = stand_in(tracker_of(thing.id), held[thing.id].value)
        return replace(thing, assignee=person)

    return Snapshot(put_back(seen.case), tuple(put_back(i) for i in seen.issues))


def _modified_at(seen: Snapshot, thing: CaseId | IssueId) -> datetime | None:
    if thing == seen.case.id:
        return seen.case.modified_at
    return next(issue.modified_at for issue in seen.issues if issue.id == thing)


@dataclass(slots=True)
class _Doubts:
    """Counts the values that are not believed yet; *until* is when the first may be."""

    now: datetime
    settle: timedelta
    until: datetime | None = None

    def has(self, held: Held[V], value: V, modified_at: datetime | None) -> bool:
        """True while *value* may be an old copy of what we replaced."""
        fitting = [each.at for each in held.replaced if each.value == value]
        if not fitting or value == held.value:
            return False
        revision = held.replaced[-1].revision
        if modified_at and revision and modified_at > revision:
            return False
        until = max(fitting) + self.settle
        if self.now >= until:
            return False
        self.until = min(self.until or until, until)
        return True

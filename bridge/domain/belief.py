"""Stale reads: a value we have just replaced is not an edit until it stays.

A tracker may serve an old copy for a moment after our write. Such a value is put back
to the agreed one for now, and looked at again once the settling time is over.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bridge.domain.base import Base, Held
from bridge.domain.model import Snapshot

V = TypeVar("V")


def believe(
    base: Base, seen: Snapshot, now: datetime, settle: timedelta
) -> tuple[Snapshot, datetime | None]:
    """*seen* without its doubtful values, and when to look at those again, if any."""
    doubts: list[datetime] = []
    case = seen.case
    if base.case:
        until = _doubt(base.case.group, case.group, case.modified_at, now, settle)
        if until:
            doubts.append(until)
            case = replace(case, group=base.case.group.value)
    issues = []
    for issue in seen.issues:
        agreed = base.issues.get(issue.id)
        if agreed:
            held = agreed.state
            until = _doubt(held, issue.state, issue.modified_at, now, settle)
            if until:
                doubts.append(until)
                issue = replace(issue, state=held.value)  # noqa: PLW2901 - as believed
        issues.append(issue)
    return Snapshot(case, tuple(issues)), min(doubts, default=None)


def _doubt(
    held: Held[V],
    value: V,
    modified_at: datetime | None,
    now: datetime,
    settle: timedelta,
) -> datetime | None:
    """Until when *value* is not believed; None where it is."""
    replaced = held.replaced
    if replaced is None or value != replaced.value or value == held.value:
        return None
    if modified_at and replaced.revision and modified_at > replaced.revision:
        return None
    until = replaced.at + settle
    return until if now < until else None

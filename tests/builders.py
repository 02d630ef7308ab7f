"""Values for tests, with everything defaulted that a test does not care about."""

from datetime import UTC, datetime, timedelta

from bridge.domain.actions import Plan
from bridge.domain.advance import advance
from bridge.domain.base import Base
from bridge.domain.model import (
    Case,
    CaseId,
    Issue,
    IssueId,
    Snapshot,
    State,
    StatusGroup,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CASE = CaseId("cases:case-1")


def minutes(count: float) -> datetime:
    """That many minutes after noon."""
    return NOON + timedelta(minutes=count)


def issue_id(name: str) -> IssueId:
    return IssueId(f"errors:{name}")


def issue(name: str, state: State, modified_at: datetime | None = None) -> Issue:
    return Issue(issue_id(name), state, title=name, modified_at=modified_at)


def snapshot(group: StatusGroup, /, **states: State) -> Snapshot:
    """A case in *group* whose issues are listed on it, one for each keyword."""
    case = Case(
        CASE,
        group,
        status=group.name.title(),
        key="SHOP-1",
        issues=tuple(states),
    )
    return Snapshot(case, tuple(issue(name, state) for name, state in states.items()))


def agreed(group: StatusGroup, **states: State) -> Base:
    """The base of a case on which both sides agree."""
    return advance(Base(), snapshot(group, **states), Plan(), NOON)

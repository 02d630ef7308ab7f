"""Who a case and its issues are assigned to, as seen and as last agreed."""

from bridge.domain.base import Base, Held
from bridge.domain.model import Case, CaseId, Issue, IssueId, Snapshot, tracker_of
from bridge.domain.people import Identity
from bridge.domain.policy import Policy


def identities(seen: Snapshot, policy: Policy) -> dict[CaseId | IssueId, Identity]:
    """Who has what, for the things whose tracker can tell and take an assignee."""
    everything: tuple[Case | Issue, ...] = (seen.case, *seen.issues)
    return {
        thing.id: policy.people.identity(tracker_of(thing.id), thing.assignee)
        for thing in everything
        if tracker_of(thing.id) in policy.assignable
    }


def held_of(
    base: Base, seen: Snapshot, thing: CaseId | IssueId
) -> Held[Identity] | None:
    """The agreed assignee of *thing*; None where it was never looked at."""
    if thing == seen.case.id:
        return base.case.assignee if base.case else None
    agreed = base.issues.get(IssueId(thing))
    return agreed.assignee if agreed else None

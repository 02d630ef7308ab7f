"""The one place that decides: base and seen to a plan."""

from bridge.domain.actions import Action, Plan
from bridge.domain.base import Base
from bridge.domain.changes import find_changes
from bridge.domain.listing import plan_listing
from bridge.domain.model import Snapshot
from bridge.domain.policy import Policy
from bridge.domain.state import plan_state

DEFAULT_POLICY = Policy()


def reconcile(base: Base, seen: Snapshot, policy: Policy = DEFAULT_POLICY) -> Plan:
    """What people did since *base*, and every write that makes both sides agree."""
    changes = find_changes(base, seen)
    state = plan_state(base, seen, changes, policy)
    listing: tuple[Action, ...] = ()
    if policy.lists_issues:
        listing = tuple(plan_listing(base, seen))
    return Plan(
        changes=changes,
        actions=state.actions + listing,
        overruled=state.overruled,
        notes=state.notes,
    )

"""The one place that decides: base and seen to a plan."""

from bridge.domain.actions import Action, ListIssueOnCase, Plan
from bridge.domain.base import Base
from bridge.domain.changes import find_changes
from bridge.domain.model import Snapshot, own_id
from bridge.domain.policy import Policy
from bridge.domain.state import plan_state

DEFAULT_POLICY = Policy()


def reconcile(base: Base, seen: Snapshot, policy: Policy = DEFAULT_POLICY) -> Plan:
    """What people did since *base*, and every write that makes both sides agree."""
    changes = find_changes(base, seen)
    state = plan_state(base, seen, changes, policy)
    return Plan(
        changes=changes,
        actions=state.actions + _list_newcomers(base, seen),
        overruled=state.overruled,
        notes=state.notes,
    )


def _list_newcomers(base: Base, seen: Snapshot) -> tuple[Action, ...]:
    return tuple(
        ListIssueOnCase(seen.case.id, issue.id, "it was linked to this case")
        for issue in seen.issues
        if issue.id not in base.issues and own_id(issue.id) not in seen.case.issues
    )

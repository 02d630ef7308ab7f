"""The one place that decides: base and seen to a plan."""

from bridge.domain.actions import Action, Plan
from bridge.domain.assignee import assignee_actions, decide_assignee
from bridge.domain.base import Base
from bridge.domain.changes import find_changes
from bridge.domain.listing import notes_of_unlisted, plan_listing
from bridge.domain.model import Snapshot
from bridge.domain.people import NO_ACCOUNTS, Accounts
from bridge.domain.policy import DEFAULT_POLICY, Policy
from bridge.domain.state import plan_state


def reconcile(
    base: Base,
    seen: Snapshot,
    policy: Policy = DEFAULT_POLICY,
    accounts: Accounts = NO_ACCOUNTS,
) -> Plan:
    """What people did since *base*, and every write that makes both sides agree.

    *accounts* are those looked up for the wanted assignees (see ``lookups``).
    """
    changes = find_changes(base, seen, policy)
    state = plan_state(base, seen, changes, policy)
    assignee = decide_assignee(base, seen, changes, policy)
    listing: tuple[Action, ...] = ()
    unlisted: tuple[str, ...] = ()
    if policy.lists_issues:
        listing = tuple(plan_listing(base, seen))
        unlisted = tuple(notes_of_unlisted(base, seen))
    return Plan(
        changes=changes,
        actions=(
            *assignee_actions(assignee, seen, accounts),
            *state.actions,
            *listing,
        ),
        overruled=state.overruled + assignee.overruled,
        notes=state.notes + assignee.notes + unlisted,
        wishes=assignee.wishes,
        is_assigned_anew=assignee.is_anew,
    )

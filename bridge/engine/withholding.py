"""Leaves alone what is in a state that the bridge does not know, and says so."""

from dataclasses import replace

from bridge.domain.actions import Action, Plan, SetIssueAssignee, SetIssueState
from bridge.domain.model import IssueId
from bridge.engine.observe import Observation


def with_unreadable(plan: Plan, observation: Observation) -> Plan:
    """*plan* without writes over unknown states, which stay owed; its notes name every
    issue that could not be read."""
    withheld = tuple(a for a in plan.actions if _target(a) in observation.unknown)
    left_alone = {_target(action) for action in withheld}
    notes = tuple(
        f"{issue} is left as it is: {why}"
        if issue in left_alone
        else f"{issue} is not looked at: {why}"
        for issue, why in observation.unreadable.items()
    )
    return replace(
        plan,
        actions=tuple(a for a in plan.actions if a not in withheld),
        withheld=withheld,
        notes=plan.notes + notes,
    )


def _target(action: Action) -> IssueId | None:
    match action:
        case SetIssueState(issue) | SetIssueAssignee(issue):
            return issue
        case _:
            return None

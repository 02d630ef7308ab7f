"""The map between issue states and status groups, and the order of the groups."""

from collections.abc import Iterable

from bridge.domain.model import State, StatusGroup

GROUP_OF_STATE = {
    State.FOR_REVIEW: StatusGroup.OPEN,
    State.REVIEWED: StatusGroup.IN_PROGRESS,
    State.RESOLVED: StatusGroup.CLOSED,
    State.IGNORED: StatusGroup.CLOSED,
    State.EXCLUDED: StatusGroup.CLOSED,
}

STATE_FOR_GROUP = {
    StatusGroup.OPEN: State.FOR_REVIEW,
    StatusGroup.IN_PROGRESS: State.REVIEWED,
    StatusGroup.CLOSED: State.RESOLVED,
}
"""What is written to an issue; never the inverse of the other table by itself."""


def group_of(state: State) -> StatusGroup:
    """The status group that an issue in *state* counts as."""
    return GROUP_OF_STATE[state]


def state_for(group: StatusGroup) -> State:
    """The state an issue is given so that it counts as *group*."""
    return STATE_FOR_GROUP[group]


def lowest_group(states: Iterable[State]) -> StatusGroup:
    """The least advanced group among *states*: what their case should show."""
    return min(group_of(state) for state in states)

"""Judges from outside whether both sides ended as the published rules want them.

The rules are written down here a second time, on purpose: what judges the bridge
must not share its mistakes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bridge.sandbox.records import CaseType, Edit, Group, IssueState
from bridge.sandbox.script import Groups
from bridge.sandbox.world import World

_RANK = {Group.OPEN: 1, Group.IN_PROGRESS: 2, Group.CLOSED: 3}
_GROUP_OF = {
    IssueState.OPEN: Group.OPEN,
    IssueState.ACKNOWLEDGED: Group.IN_PROGRESS,
    IssueState.RESOLVED: Group.CLOSED,
    IssueState.IGNORED: Group.CLOSED,
    IssueState.EXCLUDED: Group.CLOSED,
}
_STATE_FOR = {
    Group.OPEN: IssueState.OPEN,
    Group.IN_PROGRESS: IssueState.ACKNOWLEDGED,
    Group.CLOSED: IssueState.RESOLVED,
}


@dataclass(frozen=True, slots=True)
class Photograph:
    """The states of the issues and the statuses of the cases at one moment."""

    states: Mapping[str, IssueState]
    statuses: Mapping[str, str]


def photograph(world: World) -> Photograph:
    """The world as it is now."""
    return Photograph(
        {issue.id: issue.state for issue in world.issues.values()},
        {case.id: case.status_name for case in world.cases.values()},
    )


def disagreements(world: World, groups: Groups) -> list[str]:
    """Every case whose group is not the lowest among its issues, in words.

    True of quiet worlds that began in agreement and only saw edits, no links.
    """
    found = []
    for case_id, issues in groups.items():
        case = world.case(case_id)
        lowest = _lowest(world.issue(issue).state for issue in issues)
        if case.group is not lowest:
            states = ", ".join(world.issue(issue).state.value for issue in issues)
            found.append(f"{case.key} is {case.group}, but its issues are {states}")
    return found


def surprises(
    world: World, before: Photograph, edits: Iterable[Edit], groups: Groups
) -> list[str]:
    """Every value that is not what *edits*, answered one by one, lead to, in words.

    Holds where each edit of a case was answered before that case's next one.
    """
    states, statuses = _replayed(world, before, edits, groups)
    linked = {issue for issues in groups.values() for issue in issues}
    found = [
        f"issue {issue} is {world.issue(issue).state}, not {states[issue]}"
        for issue in sorted(linked)
        if world.issue(issue).state is not states[issue]
    ]
    found += [
        f"{world.case(case).key} is {world.case(case).status_name}, "
        f"not {statuses[case]}"
        for case in groups
        if world.case(case).status_name != statuses[case]
    ]
    return found


def _replayed(
    world: World, before: Photograph, edits: Iterable[Edit], groups: Groups
) -> tuple[dict[str, IssueState], dict[str, str]]:
    states, statuses = dict(before.states), dict(before.statuses)
    case_of = {issue: case for case, issues in groups.items() for issue in issues}
    for edit in edits:
        if edit.name == "set_issue_state":
            states[edit.target] = IssueState(edit.value)
            case = case_of[edit.target]
            group = _lowest(states[issue] for issue in groups[case])
            case_type = _type_of(world, case)
            if case_type.group_of(statuses[case]) is not group:
                statuses[case] = case_type.statuses[group].default
        elif edit.name == "set_case_status":
            case_type = _type_of(world, edit.target)
            old, new = (
                case_type.group_of(name) for name in (statuses[edit.target], edit.value)
            )
            statuses[edit.target] = edit.value
            if new is not None and new is not old:
                for issue in groups[edit.target]:
                    if _GROUP_OF[states[issue]] is not new:
                        states[issue] = _STATE_FOR[new]
    return states, statuses


def _type_of(world: World, case: str) -> CaseType:
    return world.types[world.case(case).type_id]


def _lowest(states: Iterable[IssueState]) -> Group:
    return min((_GROUP_OF[state] for state in states), key=_RANK.__getitem__)

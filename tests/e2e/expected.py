"""What edits lead to that are made one after the other, by the rules of the README.

Written down once more, on purpose: what judges the bridge must not share its mistakes.
"""

from dataclasses import dataclass, field

from bridge.sandbox.records import CaseType, Group, IssueState
from bridge.sandbox.world import World

RANK = {Group.OPEN: 1, Group.IN_PROGRESS: 2, Group.CLOSED: 3}
GROUP_OF = {
    IssueState.OPEN: Group.OPEN,
    IssueState.ACKNOWLEDGED: Group.IN_PROGRESS,
    IssueState.RESOLVED: Group.CLOSED,
    IssueState.IGNORED: Group.CLOSED,
    IssueState.EXCLUDED: Group.CLOSED,
}
STATE_FOR = {
    Group.OPEN: IssueState.OPEN,
    Group.IN_PROGRESS: IssueState.ACKNOWLEDGED,
    Group.CLOSED: IssueState.RESOLVED,
}


@dataclass
class Said:
    """A comment, and the things on which its copy must be found, once each."""

    on: str
    id: str
    text: str
    reaches: set[str]


@dataclass
class Expected:
    """Every value that both sides ought to have once all is answered.

    *allowed* is how many writes all that was done so far may have cost.
    """

    world: World
    states: dict[str, IssueState] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    assignees: dict[str, str | None] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    allowed: int = 0

    def photograph(self) -> None:
        """Take every value as it is now."""
        issues, cases = self.world.issues, self.world.cases
        self.states = {one.id: one.state for one in issues.values()}
        self.statuses = {one.id: one.status_name for one in cases.values()}
        self.assignees = {one.id: one.assignee for one in issues.values()}
        self.assignees |= {one.id: one.assignee for one in cases.values()}

    def issues_of(self, case: str) -> list[str]:
        return sorted(issue for issue, its in self.links.items() if its == case)

    def group_of(self, thing: str) -> list[str]:
        """A thing and everything that is linked with it, directly or not."""
        case = thing if thing in self.world.cases else self.links.get(thing)
        return [case, *self.issues_of(case)] if case else [thing]

    def case_group(self, case: str) -> Group:
        found = self._type(case).group_of(self.statuses[case])
        assert found
        return found

    def issue_moves(self, issue: str, state: IssueState) -> None:
        self.costs(issue)
        before, self.states[issue] = self.states[issue], state
        case = self.links.get(issue)
        if case and state is not before:
            lowest = min(
                (GROUP_OF[self.states[one]] for one in self.issues_of(case)),
                key=RANK.__getitem__,
            )
            if self.case_group(case) is not lowest:
                self.statuses[case] = self._type(case).statuses[lowest].default

    def case_moves(self, case: str, status: str) -> None:
        self.costs(case)
        before, self.statuses[case] = self.case_group(case), status
        after = self.case_group(case)
        if after is not before:
            for issue in self.issues_of(case):
                if GROUP_OF[self.states[issue]] is not after:
                    self.states[issue] = STATE_FOR[after]

    def is_assigned(self, thing: str, user: str | None) -> None:
        self.costs(thing)
        if user != self.assignees[thing]:
            self.assignees |= dict.fromkeys(self.group_of(thing), user)

    def is_linked(self, issue: str, case: str) -> None:
        self.links[issue] = case
        self.costs(issue, 3)
        group = self.case_group(case)
        if RANK[GROUP_OF[self.states[issue]]] < RANK[group]:
            self.states[issue] = STATE_FOR[group]
        user = self.assignees[case] or self.assignees[issue]
        self.assignees |= dict.fromkeys(self.group_of(case), user)

    def is_unlinked(self, issue: str) -> None:
        del self.links[issue]
        for one in self.said:
            one.reaches -= set(one.reaches) if one.on == issue else {issue}

    def case_is_made(self, issue: str, case: str) -> None:
        self.links[issue] = case
        self.allowed += 6
        self.states[issue] = IssueState.ACKNOWLEDGED
        self.statuses[case] = self._type(case).statuses[Group.IN_PROGRESS].default
        self.assignees[issue] = self.assignees[case] = None

    def is_said(self, thing: str, comment: str, text: str) -> None:
        self.costs(thing)
        others = {one for one in self.group_of(thing) if one != thing}
        self.said.append(Said(thing, comment, text, others))

    def is_reworded(self, said: Said, text: str) -> None:
        self.costs(said.on)
        said.text = text

    def is_unsaid(self, said: Said) -> None:
        self.costs(said.on)
        said.text = ""

    def costs(self, thing: str, times: int = 1) -> None:
        """Allow a write on everything that is linked with *thing*."""
        self.allowed += times * len(self.group_of(thing))

    def _type(self, case: str) -> CaseType:
        return self.world.types[self.world.case(case).type_id]

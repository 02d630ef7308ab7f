"""Trackers in memory, for the engine's tests."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

from bridge.domain.model import (
    Case,
    CaseId,
    Issue,
    IssueId,
    State,
    StatusGroup,
    TrackerName,
    own_id,
    qualify,
)
from bridge.ports.errors import GoneError
from bridge.ports.trackers import COMMENTING, Abilities, Ability, NewCase, Side
from tests.builders import NOON
from tests.clocks import ManualClock
from tests.memory import MemoryComments

ON_BOTH_SIDES: Abilities = COMMENTING | {
    Ability.READ_STATE,
    Ability.WRITE_STATE,
    Ability.READ_ASSIGNEE,
    Ability.WRITE_ASSIGNEE,
    Ability.FIND_PEOPLE,
    Ability.SEARCH,
}


class MemoryIssues(MemoryComments):
    """An issue tracker without modification times, as Datadog's is.

    It has comments, which Datadog's has not; a test may take *abilities* away.
    """

    name = TrackerName("errors")
    side = Side.ISSUES
    abilities: Abilities = ON_BOTH_SIDES

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.issues: dict[str, Issue] = {}
        self.stale: dict[str, Issue] = {}

    def put(self, name: str, state: State) -> IssueId:
        """A person makes or moves an issue."""
        issue = IssueId(qualify(self.name, name))
        made = Issue(issue, state, title=f"Error {name}", first_seen=self.clock.now())
        self.issues[name] = replace(self.issues.get(name, made), state=state)
        return issue

    def tell(
        self, name: str, *, native_case: str | None = None, **attributes: str
    ) -> None:
        """The tracker tells more of an issue: what rules ask for, its own case."""
        told = {key: (value,) for key, value in attributes.items()}
        found = self.issues[name]
        self.issues[name] = replace(found, attributes=told, native_case=native_case)

    def assign(self, name: str, person: str | None) -> None:
        """A person assigns an issue."""
        who = self._person(person)
        self.issues[name] = replace(self.issues[name], assignee=who)

    def state(self, name: str) -> State:
        return self.issues[name].state

    def assignee(self, name: str) -> str | None:
        who = self.issues[name].assignee
        return who.id if who else None

    async def get_issue(self, issue: IssueId) -> Issue:
        self._enter("get_issue")
        return self.stale.get(own_id(issue)) or self._find(issue)

    async def set_state(self, issue: IssueId, state: State) -> Issue:
        self._enter("set_state")
        self.issues[own_id(issue)] = replace(self._find(issue), state=state)
        self._leave("set_state")
        return self._find(issue)

    async def set_assignee(self, issue: IssueId, person: str | None) -> Issue:
        self._enter("set_assignee")
        who = self._person(person)
        self.issues[own_id(issue)] = replace(self._find(issue), assignee=who)
        self._leave("set_assignee")
        return self._find(issue)

    async def find_issues(
        self, query: str, since: datetime, until: datetime
    ) -> AsyncIterator[Issue]:
        self._enter("find_issues")
        for issue in list(self.issues.values()):
            if issue.first_seen is None or issue.first_seen < until:
                yield issue

    def _find(self, issue: IssueId) -> Issue:
        found = self.issues.get(own_id(issue))
        if found is None:
            raise GoneError(f"errors: no issue {own_id(issue)}")
        return found

    def _holds(self, name: str) -> bool:
        return name in self.issues


class MemoryCases(MemoryComments):
    """A case tracker with modification times and a custom status in each group."""

    name = TrackerName("cases")
    side = Side.CASES
    abilities: Abilities = ON_BOTH_SIDES | {
        Ability.CREATE,
        Ability.LIST_ISSUES,
        Ability.MODIFICATION_TIME,
    }

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.cases: dict[str, Case] = {}
        self.created: dict[str, datetime] = {}
        self.search_lag = timedelta()

    def put(
        self, name: str, group: StatusGroup, *, status: str = "", withdrawn: str = ""
    ) -> CaseId:
        """A person makes or moves a case."""
        case = CaseId(qualify(self.name, name))
        self.cases[name] = replace(
            self.cases.get(name, Case(case, group, key=f"SHOP-{name}")),
            group=group,
            status=status or group.name.title(),
            modified_at=self.clock.now(),
            withdrawn=withdrawn,
        )
        return case

    def assign(self, name: str, person: str | None) -> None:
        """A person assigns a case."""
        self._change_case(name, assignee=self._person(person))

    def group(self, name: str) -> StatusGroup:
        return self.cases[name].group

    def assignee(self, name: str) -> str | None:
        who = self.cases[name].assignee
        return who.id if who else None

    async def get_case(self, id_or_key: str) -> Case:
        self._enter("get_case")
        return self._find(id_or_key)

    async def set_group(self, case: CaseId, group: StatusGroup) -> Case:
        self._enter("set_group")
        status = group.name.title()
        changed = self._change_case(own_id(case), group=group, status=status)
        self._leave("set_group")
        return changed

    async def set_assignee(self, case: CaseId, person: str | None) -> Case:
        self._enter("set_assignee")
        changed = self._change_case(own_id(case), assignee=self._person(person))
        self._leave("set_assignee")
        return changed

    async def list_issue(self, case: CaseId, issue: Issue) -> Case:
        self._enter("list_issue")
        found = self._find(own_id(case))
        listed = dict.fromkeys((*found.issues, own_id(issue.id)))
        changed = self._change_case(own_id(case), issues=tuple(listed))
        self._leave("list_issue")
        return changed

    async def unlist_issue(self, case: CaseId, issue: Issue) -> Case:
        self._enter("unlist_issue")
        found = self._find(own_id(case))
        left = tuple(i for i in found.issues if i != own_id(issue.id))
        changed = self._change_case(own_id(case), issues=left)
        self._leave("unlist_issue")
        return changed

    async def create_case(self, new: NewCase) -> Case:
        """Its own id is ``made-1``, ``made-2`` and so on."""
        self._enter("create_case")
        name = f"made-{len(self.created) + 1}"
        self.cases[name] = Case(
            CaseId(qualify(self.name, name)),
            new.group,
            status=new.group.name.title(),
            key=f"{new.project}-{len(self.cases) + 1}",
            title=new.title,
            description=new.description,
            project=new.project,
            assignee=self._person(new.assignee),
            modified_at=self.clock.now(),
        )
        self.created[name] = self.clock.now()
        self._leave("create_case")
        return self.cases[name]

    async def find_cases(self, filter_text: str) -> AsyncIterator[Case]:
        """The cases whose title or description holds *filter_text*, once the search
        has caught up with them."""
        self._enter("find_cases")
        for name, case in list(self.cases.items()):
            shown = self.created.get(name, NOON) + self.search_lag
            is_shown = self.clock.now() >= shown
            if is_shown and filter_text in f"{case.title}\n{case.description}":
                yield case

    def _find(self, id_or_key: str) -> Case:
        for name, case in self.cases.items():
            if id_or_key in (name, case.key):
                return case
        raise GoneError(f"cases: no case {id_or_key}")

    def _change_case(self, name: str, **changes: object) -> Case:
        changed = replace(self._find(name), modified_at=self.clock.now(), **changes)  # type: ignore[arg-type]
        self.cases[name] = changed
        return changed

    def _holds(self, name: str) -> bool:
        return name in self.cases

"""Trackers and a clock in memory, for the engine's tests."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

from bridge.domain.model import (
    Case,
    CaseId,
    Comment,
    Issue,
    IssueId,
    State,
    StatusGroup,
    TrackerName,
    own_id,
    qualify,
)
from bridge.ports.errors import GoneError, TrackerError
from bridge.ports.trackers import Abilities, Ability, NewCase, RateBudget, Side
from tests.builders import NOON


class ManualClock:
    """Time that passes only when a test says so."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start
        self._passed = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by
        self._passed.set()
        self._passed = asyncio.Event()

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        while not wake.is_set() and (until is None or self._now < until):
            woken = asyncio.create_task(wake.wait())
            passed = asyncio.create_task(self._passed.wait())
            _, pending = await asyncio.wait(
                {woken, passed}, return_when=asyncio.FIRST_COMPLETED
            )
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)


class _Memory:
    """Calls counted, and failures to come, by the name of the call."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.calls: Counter[str] = Counter()
        self.failures: dict[str, deque[TrackerError]] = {}
        self.breaks: dict[str, deque[TrackerError]] = {}
        self.budget: RateBudget | None = None

    def fail(self, call: str, *errors: TrackerError) -> None:
        """The next calls fail, before they have any effect."""
        self.failures.setdefault(call, deque()).extend(errors)

    def break_after(self, call: str, *errors: TrackerError) -> None:
        """The next calls take effect, and then fail all the same."""
        self.breaks.setdefault(call, deque()).extend(errors)

    def _enter(self, call: str) -> None:
        self.calls[call] += 1
        if self.failures.get(call):
            raise self.failures[call].popleft()

    def _leave(self, call: str) -> None:
        if self.breaks.get(call):
            raise self.breaks[call].popleft()

    @property
    def writes(self) -> int:
        return sum(n for call, n in self.calls.items() if not call.startswith("get"))


class MemoryIssues(_Memory):
    """An issue tracker without modification times, as Datadog's is."""

    name = TrackerName("errors")
    side = Side.ISSUES
    abilities: Abilities = frozenset({Ability.READ_STATE, Ability.WRITE_STATE})

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.issues: dict[str, Issue] = {}
        self.stale: dict[str, Issue] = {}

    def put(self, name: str, state: State) -> IssueId:
        """A person makes or moves an issue."""
        issue = IssueId(qualify(self.name, name))
        self.issues[name] = Issue(issue, state, title=f"Error {name}")
        return issue

    def state(self, name: str) -> State:
        return self.issues[name].state

    async def get_issue(self, issue: IssueId) -> Issue:
        self._enter("get_issue")
        found = self.stale.get(own_id(issue)) or self.issues.get(own_id(issue))
        if found is None:
            raise GoneError(f"errors: no issue {own_id(issue)}")
        return found

    async def set_state(self, issue: IssueId, state: State) -> Issue:
        self._enter("set_state")
        if own_id(issue) not in self.issues:
            raise GoneError(f"errors: no issue {own_id(issue)}")
        changed = replace(self.issues[own_id(issue)], state=state)
        self.issues[own_id(issue)] = changed
        self._leave("set_state")
        return changed

    async def set_assignee(self, issue: IssueId, person: str | None) -> Issue:
        raise NotImplementedError

    async def find_issues(
        self, query: str, since: datetime, until: datetime
    ) -> AsyncIterator[Issue]:
        for issue in self.issues.values():
            yield issue


class MemoryCases(_Memory):
    """A case tracker with modification times and a custom status in each group."""

    name = TrackerName("cases")
    side = Side.CASES
    abilities: Abilities = frozenset(
        {
            Ability.READ_STATE,
            Ability.WRITE_STATE,
            Ability.LIST_ISSUES,
            Ability.MODIFICATION_TIME,
        }
    )

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.cases: dict[str, Case] = {}

    def put(
        self, name: str, group: StatusGroup, *, status: str = "", withdrawn: str = ""
    ) -> CaseId:
        """A person makes or moves a case."""
        case = CaseId(qualify(self.name, name))
        before = self.cases.get(name)
        self.cases[name] = Case(
            case,
            group,
            status=status or group.name.title(),
            key=f"SHOP-{name}",
            modified_at=self.clock.now(),
            issues=before.issues if before else (),
            withdrawn=withdrawn,
        )
        return case

    def group(self, name: str) -> StatusGroup:
        return self.cases[name].group

    def _find(self, id_or_key: str) -> Case:
        for name, case in self.cases.items():
            if id_or_key in (name, case.key):
                return case
        raise GoneError(f"cases: no case {id_or_key}")

    async def get_case(self, id_or_key: str) -> Case:
        self._enter("get_case")
        return self._find(id_or_key)

    async def set_group(self, case: CaseId, group: StatusGroup) -> Case:
        self._enter("set_group")
        changed = replace(
            self._find(own_id(case)),
            group=group,
            status=group.name.title(),
            modified_at=self.clock.now(),
        )
        self.cases[own_id(case)] = changed
        self._leave("set_group")
        return changed

    async def list_issue(self, case: CaseId, issue: Issue) -> Case:
        self._enter("list_issue")
        found = self._find(own_id(case))
        listed = replace(found, issues=(*found.issues, own_id(issue.id)))
        self.cases[own_id(case)] = listed
        self._leave("list_issue")
        return listed

    async def unlist_issue(self, case: CaseId, issue: Issue) -> Case:
        raise NotImplementedError

    async def set_assignee(self, case: CaseId, person: str | None) -> Case:
        raise NotImplementedError

    async def create_case(self, new: NewCase) -> Case:
        raise NotImplementedError

    async def find_cases(self, filter_text: str) -> AsyncIterator[Case]:
        for case in self.cases.values():
            yield case

    async def comments(self, case: CaseId) -> AsyncIterator[Comment]:
        for comment in list[Comment]():
            yield comment

    async def add_comment(self, case: CaseId, text: str) -> Comment:
        raise NotImplementedError

    async def edit_comment(self, case: CaseId, comment: str, text: str) -> None:
        raise NotImplementedError

    async def delete_comment(self, case: CaseId, comment: str) -> None:
        raise NotImplementedError

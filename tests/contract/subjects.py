"""Each kind of tracker before a sandbox, reduced to what all have in common."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bridge import trackers
from bridge.domain.model import (
    CaseId,
    IssueId,
    Person,
    State,
    StatusGroup,
    TrackerName,
    qualify,
)
from bridge.ports.trackers import CaseTracker, IssueTracker, Side
from bridge.sandbox import Sandbox, build_world, serving
from tests.clocks import StoppedClock

OPTIONS: Mapping[str, Mapping[str, object]] = {
    "datadog_error_tracking": {"comments_path": "/sandbox/api/issues/{issue}/comments"}
}
"""What a kind needs so that everything it can ever do is tried."""

Read = Callable[[], Awaitable[Any]]
Write = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one thing: how it is read and written, and two it can have."""

    name: str
    read: Read
    write: Write
    values: tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """A connected tracker, the sandbox behind it, and the thing that is looked at."""

    tracker: Any
    sandbox: Sandbox
    clock: StoppedClock
    id: str
    state: Value
    assignee: Value
    touch_missing: tuple[Read, ...]


@asynccontextmanager
async def connected(kind_name: str) -> AsyncIterator[Subject]:
    """A tracker of this kind, with a small world behind it."""
    kind = trackers.kinds()[kind_name]
    clock = StoppedClock()
    world = build_world(seed=5, cases=3, loose_issues=2)
    sandbox = Sandbox(world, issue_comments=True)
    async with serving(sandbox) as url:
        settings = kind.settings.model_validate(
            {
                "kind": kind_name,
                "base_url": url,
                "api_key": sandbox.keys.api_key,
                "app_key": sandbox.keys.app_key,
                **OPTIONS.get(kind_name, {}),
            }
        )
        async with kind.connect(TrackerName("it"), settings, clock) as tracker:
            if kind.side is Side.ISSUES:
                yield _issue_subject(tracker, sandbox, clock)
            else:
                yield _case_subject(tracker, sandbox, clock)


NOWHERE = "67d80aa3-36ff-44b9-a694-c501a7591737"


def _issue_subject(tracker: Any, sandbox: Sandbox, clock: StoppedClock) -> Subject:
    issues: IssueTracker = tracker
    issue = IssueId(qualify("it", next(iter(sandbox.world.issues))))
    nowhere = IssueId(qualify("it", NOWHERE))

    async def state() -> State:
        return (await issues.get_issue(issue)).state

    async def assignee() -> str | None:
        return _id_of((await issues.get_issue(issue)).assignee)

    return Subject(
        tracker,
        sandbox,
        clock,
        issue,
        Value(
            "state",
            state,
            lambda value: issues.set_state(issue, value),
            (State.IGNORED, State.REVIEWED),
        ),
        Value(
            "assignee",
            assignee,
            lambda value: issues.set_assignee(issue, value),
            (_user(sandbox), None),
        ),
        (
            lambda: issues.get_issue(nowhere),
            lambda: issues.set_state(nowhere, State.RESOLVED),
            lambda: issues.set_assignee(nowhere, _user(sandbox)),
            lambda: issues.set_assignee(nowhere, None),
            lambda: issues.add_comment(nowhere, "text"),
        ),
    )


def _case_subject(tracker: Any, sandbox: Sandbox, clock: StoppedClock) -> Subject:
    cases: CaseTracker = tracker
    own = next(iter(sandbox.world.cases))
    case = CaseId(qualify("it", own))
    nowhere = CaseId(qualify("it", NOWHERE))

    async def group() -> StatusGroup:
        return (await cases.get_case(own)).group

    async def assignee() -> str | None:
        return _id_of((await cases.get_case(own)).assignee)

    return Subject(
        tracker,
        sandbox,
        clock,
        case,
        Value(
            "state",
            group,
            lambda value: cases.set_group(case, value),
            (StatusGroup.CLOSED, StatusGroup.IN_PROGRESS),
        ),
        Value(
            "assignee",
            assignee,
            lambda value: cases.set_assignee(case, value),
            (_user(sandbox), None),
        ),
        (
            lambda: cases.get_case(NOWHERE),
            lambda: cases.set_group(nowhere, StatusGroup.OPEN),
            lambda: cases.set_assignee(nowhere, _user(sandbox)),
            lambda: cases.set_assignee(nowhere, None),
            lambda: cases.add_comment(nowhere, "text"),
        ),
    )


def _user(sandbox: Sandbox) -> str:
    return next(iter(sandbox.world.users))


def _id_of(person: Person | None) -> str | None:
    return person.id if person else None

"""How much one pass asks of a tracker at the same time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bridge.domain.model import (
    CaseId,
    Comment,
    Issue,
    IssueId,
    State,
    StatusGroup,
    TrackerName,
)
from bridge.engine.roster import READS_AT_ONCE, Roster
from tests.clocks import ManualClock
from tests.engine.conftest import Scene
from tests.fakes import MemoryIssues


class BusyIssues(MemoryIssues):
    """Counts how many reads run at once, of issues and of comments."""

    running = 0
    most = 0
    reads = 0

    async def get_issue(self, issue: IssueId) -> Issue:
        await self._take_a_while()
        return await super().get_issue(issue)

    async def comments(self, thing: IssueId | CaseId) -> AsyncIterator[Comment]:
        await self._take_a_while()
        async for comment in super().comments(thing):
            yield comment

    async def _take_a_while(self) -> None:
        self.reads += 1
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1


async def test_a_case_of_many_issues_is_read_a_few_at_a_time(scene: Scene) -> None:
    errors = BusyIssues(scene.clock)
    scene.errors = errors
    await scene.start()
    states = {f"i{n}": State.FOR_REVIEW for n in range(3 * READS_AT_ONCE)}
    await scene.linked(StatusGroup.OPEN, **states)
    errors.most = errors.reads = 0

    scene.cases.put("1", StatusGroup.CLOSED)
    await scene.hear("cases", case="1")
    await scene.quiet()

    assert {errors.state(name) for name in states} == {State.RESOLVED}
    assert errors.reads >= 2 * len(states)
    assert errors.most == READS_AT_ONCE


class SlowIssues(MemoryIssues):
    """The first eight reads take half a second of the scene's clock each."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.time = clock
        self.reads = 0

    async def get_issue(self, issue: IssueId) -> Issue:
        self.reads += 1
        if self.reads <= 8:
            self.time.advance(timedelta(seconds=0.5))
        return await super().get_issue(issue)


async def test_only_an_issue_read_long_ago_is_read_again_before_it_is_written(
    scene: Scene,
) -> None:
    errors = SlowIssues(scene.clock)
    scene.errors = errors
    await scene.start()
    states = {f"i{n}": State.FOR_REVIEW for n in range(8)}
    await scene.linked(StatusGroup.OPEN, **states)
    errors.reads = 0

    scene.cases.put("1", StatusGroup.CLOSED)
    await scene.hear("cases", case="1")
    await scene.quiet()

    assert {errors.state(name) for name in states} == {State.RESOLVED}
    assert errors.reads == len(states) + 4


@pytest.mark.parametrize(
    ("concurrency", "at_once"),
    [({}, READS_AT_ONCE), ({"slow": 4}, 8), ({"slow": 200}, READS_AT_ONCE)],
)
def test_a_narrow_tracker_is_read_a_few_at_a_time(
    concurrency: dict[str, int], at_once: int
) -> None:
    named = {TrackerName(name): count for name, count in concurrency.items()}
    roster = Roster({}, {}, {}, concurrency=named)
    things = [IssueId("slow:1"), IssueId("errors:2"), CaseId("cases:3")]

    assert roster.reads_at_once(things) == at_once

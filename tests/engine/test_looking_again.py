"""Cases that are looked at again because somebody says so, and what is told of it."""

import asyncio
import random
from datetime import timedelta

import pytest

from bridge.domain.model import Issue, IssueId, State, StatusGroup
from bridge.domain.status import lowest_group
from bridge.engine import resync
from bridge.ports.errors import TransientError
from tests.clocks import ManualClock
from tests.engine.conftest import Scene
from tests.fakes import MemoryIssues

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State
MINUTE = timedelta(minutes=1)


async def test_looking_again_finds_what_nobody_told(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)

    told = await scene.engine.desk.resync([])
    await scene.pass_time(seconds=1)
    await scene.quiet()

    assert told == {"looking_at": 1, "left": 1, "again_later": 0}
    assert scene.cases.group("1") is CLOSED
    told = await scene.engine.desk.resync_progress()
    assert told == {"looking_at": 1, "left": 0, "again_later": 0}


async def test_a_look_that_fails_is_told_as_put_off(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("2", OPEN)
    scene.errors.put("x", FOR_REVIEW)
    await scene.link("x", "2")
    scene.cases.fail("get_case", TransientError("cases: busy"))

    await scene.engine.desk.resync(["SHOP-1", "cases:2"])
    await scene.idle()

    told = await scene.engine.desk.resync_progress()
    assert told == {"looking_at": 2, "left": 0, "again_later": 1}


class Night:
    """Twenty cases of three issues, and people who edit while the bridge is down."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rng = random.Random(6)
        self.cases = [str(number) for number in range(20)]
        self.issues = [f"{case}{name}" for case in self.cases for name in "abc"]

    async def begin(self) -> None:
        """The bridge runs and all is linked; then it ends."""
        await self.scene.start()
        for case in self.cases:
            self.scene.cases.put(case, OPEN)
            for name in "abc":
                self.scene.errors.put(f"{case}{name}", FOR_REVIEW)
                await self.scene.link(f"{case}{name}", case)
        await self.scene.stop()
        self.written = self.writes

    def pass_by(self) -> None:
        """Six hours, an edit every six minutes."""
        for _ in range(60):
            self.scene.clock.advance(timedelta(minutes=6))
            if self.rng.random() < 0.5:
                group = self.rng.choice(list(StatusGroup))
                self.scene.cases.put(self.rng.choice(self.cases), group)
            else:
                state = self.rng.choice(list(State))
                self.scene.errors.put(self.rng.choice(self.issues), state)

    async def resync(self) -> int:
        """Look at everything again, until that is over; what was written since."""
        await self.scene.engine.desk.resync([])
        async with asyncio.timeout(60):
            while not (await self.scene.engine.desk.status())["settled"]:
                self.scene.clock.advance(timedelta(seconds=5))
                await self.scene.idle()
        before, self.written = self.written, self.writes
        return self.written - before

    @property
    def writes(self) -> int:
        return self.scene.errors.writes + self.scene.cases.writes

    def is_agreed(self, case: str) -> bool:
        states = [self.scene.errors.state(f"{case}{name}") for name in "abc"]
        return self.scene.cases.group(case) is lowest_group(states)


@pytest.fixture
def night(scene: Scene) -> Night:
    return Night(scene)


async def test_six_hours_without_the_bridge_are_made_good_once(night: Night) -> None:
    await night.begin()
    night.pass_by()
    await night.scene.start()

    written = [await night.resync(), await night.resync()]

    assert all(night.is_agreed(case) for case in night.cases)
    assert 0 < written[0] <= len(night.cases) + len(night.issues)
    assert written[1] == 0
    assert len(night.scene.cases.cases) == len(night.cases)


async def test_looking_at_all_leaves_a_reserve_of_the_rate_budgets(
    night: Night,
) -> None:
    await night.begin()
    night.scene.errors.meter(30, MINUTE)
    night.scene.cases.meter(20, MINUTE)
    await night.scene.start()
    began = night.scene.clock.now()

    assert await night.resync() == 0

    took = night.scene.clock.now() - began
    told = await night.scene.engine.desk.resync_progress()
    assert told == {"looking_at": 20, "left": 0, "again_later": 0}
    for tracker in (night.scene.errors, night.scene.cases):
        assert tracker.budget
        assert tracker.lowest is not None
        assert tracker.lowest >= tracker.budget.limit * resync.RESERVE
    # 24 of 30 calls a minute are for looks; 60 issues and their comments are read.
    assert timedelta(minutes=4) <= took <= timedelta(minutes=7)


async def test_what_the_night_brought_is_made_good_within_the_rate_budgets(
    night: Night,
) -> None:
    await night.begin()
    night.pass_by()
    night.scene.errors.meter(30, MINUTE)
    night.scene.cases.meter(20, MINUTE)
    await night.scene.start()

    written = [await night.resync(), await night.resync()]

    assert all(night.is_agreed(case) for case in night.cases)
    assert 0 < written[0] <= len(night.cases) + len(night.issues)
    assert written[1] == 0


async def test_a_restart_does_not_forget_what_was_to_be_looked_at(
    night: Night,
) -> None:
    await night.begin()
    night.pass_by()
    night.scene.errors.meter(30, MINUTE)
    await night.scene.start()
    await night.scene.engine.desk.resync([])
    await night.scene.pass_time(seconds=1)
    assert not (await night.scene.engine.desk.status())["settled"]

    await night.scene.stop()
    await night.scene.start()

    async with asyncio.timeout(60):
        while not (await night.scene.engine.desk.status())["settled"]:
            await night.scene.pass_time(seconds=20)
    assert all(night.is_agreed(case) for case in night.cases)


async def test_without_timers_what_is_asked_for_is_looked_at_all_the_same(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    await scene.stop()
    scene.errors.put("a", RESOLVED)
    await scene.start(is_served=False)

    await scene.engine.desk.resync([])
    scene.clock.advance(timedelta(seconds=1))
    await scene.until(lambda: scene.cases.group("1") is CLOSED)


async def test_cases_that_wait_do_not_keep_others_from_being_looked_at(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resync, "LOOKS_AT_ONCE", 1)
    await scene.start(poll_interval=MINUTE)
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("2", OPEN)
    scene.errors.put("x", FOR_REVIEW)
    await scene.link("x", "2")
    scene.cases.fail("get_case", *[TransientError("cases: busy", retry_after=3600)])
    await scene.hear("cases", case="1", id="1")
    await scene.idle()
    scene.errors.put("x", RESOLVED)

    await scene.pass_time(minutes=2)
    await scene.pass_time(seconds=2)

    assert scene.cases.group("2") is CLOSED


class SlowIssues(MemoryIssues):
    """Answers nobody before it may."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def get_issue(self, issue: IssueId) -> Issue:
        await self.may_answer.wait()
        return await super().get_issue(issue)


async def test_looks_that_wait_behind_others_are_asked_for_without_delay(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resync, "LOOKS_AT_ONCE", 1)
    errors = SlowIssues(scene.clock)
    scene.errors = errors
    await scene.start(poll_interval=MINUTE)
    await scene.linked(OPEN, a=FOR_REVIEW)
    timer, schedule = scene.engine.resync, scene.engine.schedule
    scene.clock.advance(timedelta(minutes=2))
    errors.may_answer.clear()

    assert await timer.ask()
    assert schedule.looks == 1
    assert await timer.ask()

    errors.may_answer.set()
    await scene.until(lambda: not schedule.looks)
    assert not await timer.ask()

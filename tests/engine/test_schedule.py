"""The dispatcher: every key waits at most once and runs at most once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bridge.engine import closing
from bridge.engine.schedule import Schedule
from bridge.ports.records import Due, Key
from tests.builders import NOON
from tests.clocks import ManualClock

A, B = Key("cases:a"), Key("cases:b")
LATER = NOON + timedelta(seconds=5)


class Passes:
    """Passes that end when the test lets them; the last word says when again."""

    def __init__(self) -> None:
        self.begun: list[Key] = []
        self.doors: dict[Key, asyncio.Event] = {}
        self.again: dict[Key, datetime] = {}

    async def run(self, key: Key) -> datetime | None:
        self.begun.append(key)
        await self.doors.setdefault(key, asyncio.Event()).wait()
        return self.again.pop(key, None)

    async def begin(self, key: Key) -> None:
        await eventually(lambda: key in self.doors)

    def end(self, key: Key) -> None:
        self.doors.pop(key).set()


@asynccontextmanager
async def running(
    passes: Passes, clock: ManualClock, *, at_once: int = 8
) -> AsyncIterator[Schedule]:
    schedule = Schedule(passes.run, passes.run, clock, at_once)
    task = asyncio.create_task(schedule.serve())
    try:
        yield schedule
    finally:
        schedule.close()
        for door in passes.doors.values():
            door.set()
        await task


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - any condition will do
            await asyncio.sleep(0)


async def test_a_key_woken_many_times_runs_once() -> None:
    passes = Passes()
    async with running(passes, ManualClock()) as schedule:
        for _ in range(5):
            schedule.wake(A, NOON)
        await eventually(lambda: passes.begun == [A])
        passes.end(A)
        await schedule.quiet()

    assert passes.begun == [A]


async def test_a_key_woken_while_it_runs_runs_again_afterwards() -> None:
    passes = Passes()
    async with running(passes, ManualClock()) as schedule:
        schedule.wake(A, NOON)
        await eventually(lambda: passes.begun == [A])
        schedule.wake(A, NOON)
        schedule.wake(A, NOON)
        await asyncio.sleep(0)
        assert schedule.running == 1
        passes.end(A)
        await eventually(lambda: passes.begun == [A, A])
        passes.end(A)
        await schedule.quiet()


async def test_keys_run_beside_each_other_up_to_the_limit() -> None:
    passes = Passes()
    keys = [Key(f"cases:{n}") for n in range(5)]
    async with running(passes, ManualClock(), at_once=2) as schedule:
        for key in keys:
            schedule.wake(key, NOON)
        await eventually(lambda: len(passes.begun) == 2)
        assert (schedule.running, schedule.waiting) == (2, 3)
        for key in keys:
            await passes.begin(key)
            passes.end(key)
        await schedule.quiet()

    assert passes.begun == keys


async def test_what_is_due_later_waits_for_its_time_and_an_earlier_wish_wins() -> None:
    passes, clock = Passes(), ManualClock()
    async with running(passes, clock) as schedule:
        schedule.fill([Due(A, LATER), Due(B, LATER + timedelta(hours=1))])
        schedule.wake(B, LATER)
        await asyncio.sleep(0)
        assert passes.begun == []
        clock.advance(timedelta(seconds=5))
        await eventually(lambda: passes.begun == [A, B])
        passes.end(A)
        passes.end(B)
        await schedule.quiet()


async def test_a_pass_that_asks_for_it_runs_again_at_its_time() -> None:
    passes, clock = Passes(), ManualClock()
    passes.again[A] = LATER
    async with running(passes, clock) as schedule:
        schedule.wake(A, NOON)
        await eventually(lambda: passes.begun == [A])
        passes.end(A)
        await eventually(lambda: schedule.waiting == 1)
        clock.advance(timedelta(seconds=5))
        await eventually(lambda: passes.begun == [A, A])
        passes.end(A)
        await schedule.quiet()


async def test_a_look_gives_way_to_a_due_pass_and_is_no_work() -> None:
    passes = Passes()
    async with running(passes, ManualClock()) as schedule:
        schedule.look(A)
        schedule.look(B)
        schedule.wake(B, NOON)
        await eventually(lambda: sorted(passes.begun) == [A, B])
        assert (schedule.running, schedule.looks) == (1, 1)
        passes.end(B)
        await schedule.quiet()
        passes.end(A)


async def test_closing_cuts_off_what_does_not_come_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(closing, "GRACE", 0.01)
    began, cut_off = asyncio.Event(), asyncio.Event()

    async def run(_: Key) -> datetime | None:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut_off.set()
            raise
        return None

    clock = ManualClock()
    schedule = Schedule(run, run, clock, 4)
    serving = asyncio.create_task(schedule.serve())
    schedule.wake(Key("a"), clock.now())
    await began.wait()

    schedule.close()
    await serving

    assert cut_off.is_set()


async def test_closing_lets_what_runs_come_to_its_end_and_starts_nothing_more() -> None:
    passes = Passes()
    schedule = Schedule(passes.run, passes.run, ManualClock(), 1)
    task = asyncio.create_task(schedule.serve())
    schedule.wake(A, NOON)
    schedule.wake(B, NOON)
    await eventually(lambda: passes.begun == [A])

    schedule.close()
    await asyncio.sleep(0)
    assert not task.done()
    passes.end(A)
    await task

    assert passes.begun == [A]

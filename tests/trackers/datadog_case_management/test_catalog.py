"""What is loaded once for everybody."""

import asyncio

import pytest

from bridge.ports.errors import TransientError
from bridge.trackers.datadog_case_management.catalog import Remembered
from tests.clocks import StoppedClock


class Source:
    """Gives a number that grows with each load, or fails while *is_down*."""

    def __init__(self) -> None:
        self.loads = 0
        self.is_down = False
        self.may_go = asyncio.Event()

    async def load(self) -> int:
        self.loads += 1
        await self.may_go.wait()
        if self.is_down:
            raise TransientError("no answer")
        return self.loads


async def crowd(remembered: Remembered[int]) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(remembered.get()) for _ in range(20)]
    await asyncio.sleep(0)
    return tasks


async def test_a_crowd_shares_one_load(clock: StoppedClock) -> None:
    source = Source()
    tasks = await crowd(Remembered(source.load, clock))
    source.may_go.set()

    assert await asyncio.gather(*tasks) == [1] * 20


async def test_a_crowd_shares_the_failure_of_one_load(clock: StoppedClock) -> None:
    source = Source()
    source.is_down = True
    tasks = await crowd(Remembered(source.load, clock))
    source.may_go.set()

    ends = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(end) for end in ends] == [TransientError] * 20
    assert source.loads == 1


async def test_a_failure_is_remembered_for_a_moment_only(clock: StoppedClock) -> None:
    source = Source()
    source.is_down = True
    source.may_go.set()
    remembered = Remembered(source.load, clock)

    for seconds, loads in ((0, 1), (1.9, 1), (0.1, 2)):
        clock.advance(seconds)
        with pytest.raises(TransientError):
            await remembered.get()
        assert source.loads == loads

    source.is_down = False
    clock.advance(2)
    assert await remembered.get() == 3


async def test_when_the_loader_is_given_up_another_loads(clock: StoppedClock) -> None:
    source = Source()
    first, *rest = await crowd(Remembered(source.load, clock))
    first.cancel()
    await asyncio.sleep(0)
    source.may_go.set()

    assert await asyncio.gather(*rest) == [2] * 19
    assert first.cancelled()

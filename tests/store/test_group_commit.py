"""Who shares a group, who fails with whom, and how it ends."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bridge.ports.errors import StoreUnavailable
from bridge.store.group_commit import GroupCommit


class Unheard(BaseException):
    """No Exception, and yet its caller waits."""


class Sums:
    """Doubles numbers in groups; 13 and 17 are bad luck, 500 is a broken disk."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def perform(self, numbers: Sequence[int]) -> list[int]:
        self.may_go_on.wait()
        self.groups.append(list(numbers))
        if 500 in numbers:
            raise StoreUnavailable("the disk is gone")
        if 13 in numbers:
            raise ArithmeticError("bad luck")
        if 17 in numbers:
            raise Unheard
        return [number * 2 for number in numbers]


@asynccontextmanager
async def running(sums: Sums) -> AsyncIterator[GroupCommit[int, int]]:
    group = GroupCommit[int, int]("sums", sums.perform)
    try:
        yield group
    finally:
        sums.may_go_on.set()
        await group.aclose()


async def _hand_in(
    group: GroupCommit[int, int], sums: Sums, *numbers: int
) -> list[asyncio.Task[int]]:
    """Hands in a first number, and while its group is held up the others."""
    sums.may_go_on.clear()
    first = asyncio.create_task(group.submit(0))
    await _handed_over(group)
    while not group._waiting.empty():  # noqa: ASYNC110 - another thread takes it
        await asyncio.sleep(0)
    tasks = [first, *(asyncio.create_task(group.submit(n)) for n in numbers)]
    await _handed_over(group)
    return tasks


async def _handed_over(group: GroupCommit[int, int]) -> None:
    """What was begun before has been handed in, and over to the thread."""
    await asyncio.sleep(0)
    while group._gathered:  # noqa: ASYNC110 - the loop does it by itself
        await asyncio.sleep(0)


async def test_one_that_comes_alone_is_done_alone() -> None:
    sums = Sums()
    async with running(sums) as group:
        assert await group.submit(4) == 8
    assert sums.groups == [[4]]


async def test_those_that_wait_are_done_together_in_their_order() -> None:
    sums = Sums()
    async with running(sums) as group:
        tasks = await _hand_in(group, sums, 1, 2, 3)
        sums.may_go_on.set()

        assert await asyncio.gather(*tasks) == [0, 2, 4, 6]
    assert sums.groups == [[0], [1, 2, 3]]


async def test_what_comes_in_one_turn_of_the_loop_is_one_group() -> None:
    sums = Sums()
    async with running(sums) as group:
        sums.may_go_on.set()
        await asyncio.gather(*(group.submit(n) for n in (1, 2, 3)))
    assert sums.groups == [[1, 2, 3]]


@pytest.mark.parametrize(("number", "kind"), [(13, ArithmeticError), (17, Unheard)])
async def test_a_bad_one_fails_alone(number: int, kind: type[BaseException]) -> None:
    sums = Sums()
    async with running(sums) as group:
        tasks = await _hand_in(group, sums, 1, number, 3)
        sums.may_go_on.set()

        *_, bad, good = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(bad, kind)
    assert good == 6
    assert sums.groups == [[0], [1, number, 3], [1], [number], [3]]


async def test_a_store_that_is_down_fails_all_at_once() -> None:
    sums = Sums()
    async with running(sums) as group:
        tasks = await _hand_in(group, sums, 1, 500, 3)
        sums.may_go_on.set()

        _, *answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(one) for one in answers} == {StoreUnavailable}
    assert sums.groups == [[0], [1, 500, 3]]


async def test_what_a_cancelled_caller_handed_in_is_done_all_the_same() -> None:
    sums = Sums()
    async with running(sums) as group:
        tasks = await _hand_in(group, sums, 1, 2)
        tasks[1].cancel()
        sums.may_go_on.set()

        answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(answers[1], asyncio.CancelledError)
    assert answers[2] == 4
    assert sums.groups == [[0], [1, 2]]


async def test_closing_finishes_what_waits_and_takes_nothing_more() -> None:
    sums = Sums()
    async with running(sums) as group:
        tasks = await _hand_in(group, sums, 1, 2)
        closing = asyncio.create_task(group.aclose())
        await asyncio.sleep(0)
        with pytest.raises(StoreUnavailable, match="closed"):
            await group.submit(9)
        sums.may_go_on.set()

        assert await asyncio.gather(*tasks) == [0, 2, 4]
        await closing
        await group.aclose()


def test_a_loop_that_went_away_does_not_keep_the_thread() -> None:
    async def leave() -> threading.Thread:
        group = GroupCommit[int, int]("sums", Sums().perform)
        await group.submit(1)
        return group._thread

    async def end(thread: threading.Thread) -> None:
        await asyncio.to_thread(thread.join, 0)

    thread = asyncio.run(leave())

    assert thread.daemon
    asyncio.run(end(thread))

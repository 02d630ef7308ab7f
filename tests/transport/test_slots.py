"""Who is let through when more wants to call than may."""

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import pytest
import respx

from bridge.ports.errors import TransientError
from bridge.ports.urgency import in_passing
from bridge.transport.calls import Call, Effect
from bridge.transport.slots import SLOT_PATIENCE, Slots
from tests.clocks import StoppedClock
from tests.transport.conftest import BASE_URL, client_of

READ = Call(Effect.READ, "GET", "/thing")
SET = Call(Effect.SET, "PUT", "/thing")
ADD = Call(Effect.ADD, "POST", "/thing")


def slots_of(
    clock: StoppedClock, *, count: int = 1, patience: timedelta = SLOT_PATIENCE
) -> Slots:
    return Slots("cases", count, clock, patience=patience, rng=random.Random(1))


async def settled() -> None:
    """Until whatever can go on without the outside has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize("call", [READ, SET], ids=str)
async def test_a_call_that_finds_no_slot_in_time_fails_and_may_come_again(
    clock: StoppedClock, call: Call
) -> None:
    slots = slots_of(clock, patience=timedelta(milliseconds=20))

    async with slots.turn(READ):
        with pytest.raises(TransientError) as caught:
            async with slots.turn(call):
                pytest.fail("there is only one slot")

    assert type(caught.value) is TransientError
    assert str(caught.value) == f"cases is busy: no free connection for {call}"
    assert 1 <= (caught.value.retry_after or 0) <= 2
    async with slots.turn(call):
        pass


async def test_a_call_without_a_slot_does_not_go_out(
    vendor: respx.MockRouter, clock: StoppedClock
) -> None:
    full, gate = asyncio.Event(), asyncio.Event()
    held_up: list[httpx.Request] = []

    async def hold(request: httpx.Request) -> httpx.Response:
        held_up.append(request)
        if len(held_up) == 4:
            full.set()
        await gate.wait()
        return httpx.Response(200)

    vendor.route().mock(side_effect=hold)

    async with client_of(BASE_URL, clock, patience=0.02) as http:
        held = [asyncio.create_task(http.send(READ)) for _ in range(4)]
        await full.wait()
        with pytest.raises(TransientError, match="busy"):
            await http.send(SET)
        gate.set()
        await asyncio.gather(*held)

    assert len(held_up) == 4


@pytest.mark.parametrize("call", [SET, ADD], ids=str)
async def test_a_write_that_waited_too_long_is_not_sent(
    clock: StoppedClock, call: Call
) -> None:
    slots = slots_of(clock)

    async def write() -> None:
        async with slots.turn(call):
            pytest.fail("it was let through")

    async with AsyncExitStack() as held:
        await held.enter_async_context(slots.turn(READ))
        waiting = asyncio.create_task(write())
        await settled()
        clock.advance(2.1)

    with pytest.raises(TransientError, match="waited too long for its turn") as caught:
        await waiting
    assert type(caught.value) is TransientError
    async with slots.turn(call):
        pass


@pytest.mark.parametrize(("call", "seconds"), [(SET, 2), (READ, 4.9)])
async def test_a_call_that_waited_for_a_moment_is_sent(
    clock: StoppedClock, call: Call, seconds: float
) -> None:
    slots = slots_of(clock)
    sent: list[Call] = []

    async def make() -> None:
        async with slots.turn(call):
            sent.append(call)

    async with slots.turn(READ):
        waiting = asyncio.create_task(make())
        await settled()
        clock.advance(seconds)
    await waiting

    assert sent == [call]


async def test_writes_go_before_the_reads_that_wait(clock: StoppedClock) -> None:
    slots = slots_of(clock)
    went: list[str] = []

    async def make(call: Call, name: str) -> None:
        async with slots.turn(call):
            went.append(name)

    async with slots.turn(READ):
        calls = [(READ, "r1"), (SET, "w1"), (READ, "r2"), (ADD, "w2")]
        waiting = [asyncio.create_task(make(*each)) for each in calls]
        await settled()
    await asyncio.gather(*waiting)

    assert went == ["w1", "w2", "r1", "r2"]


@pytest.mark.parametrize("writes", [0, 3, 8])
async def test_reads_that_somebody_waits_for_go_before_those_of_looks_mostly(
    clock: StoppedClock, writes: int
) -> None:
    slots = slots_of(clock)
    went: list[str] = []

    async def make(name: str, call: Call = READ) -> None:
        async with slots.turn(call):
            went.append(name)

    async def glance(name: str) -> None:
        with in_passing():
            await make(name)

    async with slots.turn(READ):
        waiting = [asyncio.create_task(glance(f"l{n}")) for n in range(2)]
        waiting += [asyncio.create_task(make(f"r{n}")) for n in range(9)]
        waiting += [asyncio.create_task(make("w", SET)) for _ in range(writes)]
        await settled()
    await asyncio.gather(*waiting)

    reads = [f"r{n}" for n in range(9)]
    assert went == [*["w"] * writes, *reads[:7], "l0", *reads[7:], "l1"]


async def test_no_slot_is_lost_to_calls_that_are_given_up(clock: StoppedClock) -> None:
    slots = slots_of(clock)

    async def make() -> None:
        async with slots.turn(READ):
            pytest.fail("it was given up")

    async with slots.turn(READ):
        early, late = (asyncio.create_task(make()) for _ in range(2))
        await settled()
        early.cancel()
        await settled()
    late.cancel()
    ends = await asyncio.gather(early, late, return_exceptions=True)

    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    async with slots.turn(READ):
        pass

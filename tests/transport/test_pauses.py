"""Short pauses of a rate limit, which are sat out."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import respx

from bridge.transport.calls import Call, Effect
from bridge.transport.jsonapi import Wire
from tests.clocks import ManualClock
from tests.transport.conftest import BASE_URL, client_of

READ = Call(Effect.READ, "GET", "/thing")
LATE = Call(Effect.READ, "GET", "/lamp")
TOLD = httpx.Response(429, headers={"Retry-After": "1"})
LAMP = httpx.Response(200, json={"name": "lamp"})
PAUSE = timedelta(seconds=1)


class Thing(Wire):
    name: str


async def answers(clock: ManualClock, *calls: "asyncio.Task[Thing]") -> set[str]:
    """What the calls are answered, while time goes by."""
    waiting: asyncio.Future[Any] = asyncio.gather(*calls)
    async with asyncio.timeout(60):
        while not waiting.done():
            await asyncio.sleep(0)
            clock.advance(timedelta(milliseconds=1))
    return {thing.name for thing in await waiting}


async def test_a_short_pause_is_sat_out(vendor: respx.MockRouter) -> None:
    clock, at = ManualClock(), list[datetime]()

    def answer(request: httpx.Request) -> httpx.Response:
        at.append(clock.now())
        return TOLD if len(at) == 1 else LAMP

    vendor.get(f"{BASE_URL}/thing").side_effect = answer
    async with client_of(BASE_URL, clock) as http:
        first = asyncio.create_task(http.fetch(READ, Thing))
        async with asyncio.timeout(60):
            while not http._rates.wait(READ, clock.now()):  # noqa: ASYNC110
                await asyncio.sleep(0)
        second = asyncio.create_task(http.fetch(READ, Thing))

        assert await answers(clock, first, second) == {"lamp"}

    assert len(at) == 3
    assert all(later >= at[0] + PAUSE for later in at[1:])


async def test_who_has_no_slot_yet_sits_out_a_pause_that_began_meanwhile(
    vendor: respx.MockRouter,
) -> None:
    clock, release, all_held = ManualClock(), asyncio.Event(), asyncio.Barrier(5)
    told_at, asked_at = list[datetime](), list[datetime]()

    async def hold(request: httpx.Request) -> httpx.Response:
        if release.is_set():
            return LAMP
        await all_held.wait()
        await release.wait()
        told_at.append(clock.now())
        return TOLD

    def late(request: httpx.Request) -> httpx.Response:
        asked_at.append(clock.now())
        return LAMP

    vendor.get(f"{BASE_URL}/thing").side_effect = hold
    vendor.get(f"{BASE_URL}/lamp").side_effect = late
    async with client_of(BASE_URL, clock) as http:
        held = [asyncio.create_task(http.fetch(READ, Thing)) for _ in range(4)]
        await all_held.wait()
        waiting = asyncio.create_task(http.fetch(LATE, Thing))
        async with asyncio.timeout(60):
            while not http._slots._reads:  # noqa: ASYNC110 - it has no slot
                await asyncio.sleep(0)
        release.set()

        assert await answers(clock, waiting, *held) == {"lamp"}

    assert asked_at[0] >= min(told_at) + PAUSE

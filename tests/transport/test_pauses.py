"""Short pauses of a rate limit, which are sat out."""

import asyncio
from datetime import timedelta

import httpx
import respx

from bridge.transport.calls import Call, Effect
from bridge.transport.jsonapi import Wire
from tests.clocks import ManualClock
from tests.transport.conftest import BASE_URL, client_of

READ = Call(Effect.READ, "GET", "/thing")


class Thing(Wire):
    name: str


async def test_a_short_pause_is_sat_out(vendor: respx.MockRouter) -> None:
    clock = ManualClock()
    route = vendor.get(f"{BASE_URL}/thing")
    route.side_effect = [
        httpx.Response(429, headers={"Retry-After": "1"}),
        *[httpx.Response(200, json={"name": "lamp"})] * 2,
    ]

    async with client_of(BASE_URL, clock) as http:
        first = asyncio.create_task(http.fetch(READ, Thing))
        await _until_called(route)
        second = asyncio.create_task(http.fetch(READ, Thing))
        for _ in range(50):
            await asyncio.sleep(0)
        assert route.call_count == 1

        clock.advance(timedelta(seconds=1))
        assert [(await one).name for one in (first, second)] == ["lamp", "lamp"]


async def test_who_has_no_slot_yet_sits_out_a_pause_that_began_meanwhile(
    vendor: respx.MockRouter,
) -> None:
    clock, release, all_held = ManualClock(), asyncio.Event(), asyncio.Barrier(5)

    async def hold(request: httpx.Request) -> httpx.Response:
        is_first = not release.is_set()
        if is_first:
            await all_held.wait()
        await release.wait()
        told = httpx.Response(429, headers={"Retry-After": "1"})
        return told if is_first else httpx.Response(200, json={"name": "lamp"})

    vendor.get(f"{BASE_URL}/thing").side_effect = hold
    lamp = vendor.get(f"{BASE_URL}/lamp")
    lamp.respond(200, json={"name": "lamp"})
    async with client_of(BASE_URL, clock) as http:
        held = [asyncio.create_task(http.fetch(READ, Thing)) for _ in range(4)]
        await all_held.wait()
        late = Call(Effect.READ, "GET", "/lamp")
        waiting = asyncio.create_task(http.fetch(late, Thing))
        for _ in range(50):
            await asyncio.sleep(0)
        release.set()
        for _ in range(1000):
            await asyncio.sleep(0)
        assert not lamp.called
        assert not any(one.done() for one in (waiting, *held))

        clock.advance(timedelta(seconds=1))
        assert {(await one).name for one in (waiting, *held)} == {"lamp"}


async def _until_called(route: respx.Route) -> None:
    async with asyncio.timeout(10):
        while not route.called:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0)

"""When a tracker's rate limit keeps calls back."""

from typing import Any

import httpx
import pytest
import respx

from bridge.ports.errors import TransientError
from bridge.transport.calls import Call, Effect
from bridge.transport.client import TrackerHttp
from bridge.transport.jsonapi import Wire
from tests.clocks import StoppedClock
from tests.transport.conftest import BASE_URL

READ = Call(Effect.READ, "GET", "/thing")
ADD = Call(Effect.ADD, "POST", "/thing", body={"a": 1})


class Thing(Wire):
    name: str


@pytest.mark.parametrize("header", ["7", "Sun, 01 Mar 2026 12:00:07 GMT"])
async def test_after_429_nothing_goes_out_until_the_time_named(
    http: TrackerHttp, vendor: respx.MockRouter, clock: StoppedClock, header: str
) -> None:
    route = vendor.get(f"{BASE_URL}/thing")
    route.side_effect = [
        httpx.Response(429, headers={"Retry-After": header}),
        httpx.Response(200, json={"name": "lamp"}),
    ]

    with pytest.raises(TransientError) as told:
        await http.fetch(READ, Thing)
    clock.advance(3)
    with pytest.raises(TransientError) as kept_back:
        await http.send(ADD)

    assert told.value.retry_after == 7
    assert kept_back.value.retry_after == 4
    assert type(kept_back.value) is TransientError
    assert route.call_count == 1

    clock.advance(4)
    assert (await http.fetch(READ, Thing)).name == "lamp"


async def test_an_empty_bucket_keeps_calls_back_until_its_reset(
    http: TrackerHttp, vendor: respx.MockRouter, clock: StoppedClock
) -> None:
    vendor.route().respond(200, json={}, headers=_limits(remaining=0, reset=9))

    await http.send(READ)
    with pytest.raises(TransientError) as kept_back:
        await http.send(READ)

    assert kept_back.value.retry_after == 9
    clock.advance(9)
    await http.send(READ)


async def test_the_budget_is_the_tightest_bucket_until_its_reset(
    http: TrackerHttp, vendor: respx.MockRouter, clock: StoppedClock
) -> None:
    vendor.route().side_effect = [
        httpx.Response(200, headers=_limits(remaining=3, reset=5, name="search")),
        httpx.Response(200, headers=_limits(remaining=90, reset=60, name="cases")),
    ]
    heard = [http.budget]

    await http.send(READ)
    await http.send(READ)
    for seconds in (0, 5, 55):
        clock.advance(seconds)
        heard.append(http.budget)

    assert [budget and budget.remaining for budget in heard] == [None, 3, 90, None]


async def test_503_passes_its_delay_on_without_keeping_others_back(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    vendor.route().side_effect = [
        httpx.Response(503, headers={"Retry-After": "7"}),
        httpx.Response(200),
    ]

    with pytest.raises(TransientError) as caught:
        await http.send(READ)

    assert caught.value.retry_after == 7
    await http.send(READ)


def _limits(*, remaining: int, reset: int, name: str = "") -> dict[str, Any]:
    return {
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset),
        "X-RateLimit-Name": name,
    }

"""When a tracker's rate limit keeps calls back."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from bridge.ports.errors import TransientError
from bridge.transport.calls import Call, Effect
from bridge.transport.client import TrackerHttp
from bridge.transport.jsonapi import Wire
from bridge.transport.rates import LONGEST_WAIT, RateMemory, told_wait
from tests.builders import NOON
from tests.clocks import StoppedClock
from tests.transport.conftest import BASE_URL

READ = Call(Effect.READ, "GET", "/thing")
ADD = Call(Effect.ADD, "POST", "/thing", body={"a": 1})
ABC = "abcdefghijklmnopqrstuvwxyz"


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


@pytest.mark.parametrize(
    ("name", "value", "wait"),
    [
        ("X-RateLimit-Reset", str(int(NOON.timestamp()) + 90), 90),
        ("Retry-After", str(int(NOON.timestamp()) + 90), 90),
        ("X-RateLimit-Reset", str(int(NOON.timestamp()) - 90), 0),
        ("X-RateLimit-Reset", "1e300", LONGEST_WAIT),
        ("Retry-After", "86400", 3600),
    ],
    ids=["epoch", "epoch in the other header", "past", "nonsense", "a day"],
)
def test_what_a_429_asks_for_is_bounded_and_may_be_a_moment(
    name: str, value: str, wait: float
) -> None:
    memory = RateMemory()

    memory.hear(READ, 429, {name: value}, NOON)

    assert told_wait(429, {name: value}, NOON) == wait
    assert memory.wait(READ, NOON) == wait


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


SEARCH = Call(Effect.READ, "POST", "/api/v2/cases/search")


async def test_an_empty_bucket_holds_only_what_draws_on_it(
    http: TrackerHttp, vendor: respx.MockRouter, clock: StoppedClock
) -> None:
    vendor.post(f"{BASE_URL}{SEARCH.path}").respond(
        headers=_limits(remaining=0, reset=9, name="search")
    )
    vendor.get(path__startswith="/api/v2/cases/").respond(
        headers=_limits(remaining=0, reset=20, name="cases")
    )

    await http.send(SEARCH)
    await http.send(Call(Effect.READ, "GET", "/api/v2/cases/SHOP-1"))
    waits = []
    for call in (SEARCH, Call(Effect.READ, "GET", "/api/v2/cases/SHOP-2")):
        with pytest.raises(TransientError) as kept_back:
            await http.send(call)
        waits.append(kept_back.value.retry_after)

    assert waits == [9, 20]
    vendor.post(f"{BASE_URL}/api/v2/cases/SHOP-1/comment").respond(200)
    await http.send(Call(Effect.ADD, "POST", "/api/v2/cases/SHOP-1/comment"))
    clock.advance(9)
    await http.send(SEARCH)


async def test_a_429_that_names_its_bucket_holds_only_that(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    limits = {"Retry-After": "7", "X-RateLimit-Name": "search"}
    vendor.post(f"{BASE_URL}{SEARCH.path}").respond(429, headers=limits)
    vendor.get(f"{BASE_URL}/thing").respond(200)

    for _ in range(2):
        with pytest.raises(TransientError) as told:
            await http.send(SEARCH)
        assert told.value.retry_after == 7

    assert len(vendor.calls) == 1
    await http.send(READ)


async def test_a_later_answer_with_room_does_not_end_the_hold_of_its_bucket(
    http: TrackerHttp, vendor: respx.MockRouter
) -> None:
    other = Call(Effect.READ, "GET", "/other")
    vendor.route().side_effect = [
        httpx.Response(200, headers=_limits(remaining=0, reset=9)),
        httpx.Response(200, headers=_limits(remaining=1, reset=9)),
    ]

    await http.send(READ)
    await http.send(other)

    for call in (READ, other):
        with pytest.raises(TransientError):
            await http.send(call)


def test_endpoints_without_end_are_not_all_remembered(clock: StoppedClock) -> None:
    memory = RateMemory()
    headers = _limits(remaining=0, reset=9, name="things")
    calls = [Call(Effect.READ, "GET", f"/{a}{b}") for a in ABC for b in ABC]

    for call in calls:
        memory.hear(call, 200, headers, clock.now())

    assert memory.wait(calls[0], clock.now()) == 0
    assert memory.wait(calls[-1], clock.now()) == 9


def _limits(*, remaining: int, reset: int, name: str = "") -> dict[str, Any]:
    return {
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset),
        "X-RateLimit-Name": name,
    }


@pytest.mark.parametrize(
    ("told", "kept"), [("1000000", 1_000_000), ("1e300", 2**53), ("12.5", 12)]
)
def test_a_limit_is_a_number_of_calls_however_many(
    clock: StoppedClock, told: str, kept: int
) -> None:
    rates = RateMemory()
    headers = {
        "X-RateLimit-Limit": told,
        "X-RateLimit-Remaining": told,
        "X-RateLimit-Reset": "1e300",
    }

    rates.hear(READ, 200, headers, clock.now())

    budget = rates.budget(clock.now())
    assert budget
    assert (budget.limit, budget.remaining) == (kept, kept)
    assert budget.resets_at == clock.now() + timedelta(hours=1)

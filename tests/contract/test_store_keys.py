"""What every store knows of requests that were sent under a key."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse
from bridge.ports.store import Store
from bridge.store.opening import open_store
from tests.builders import minutes

MADE = KeptAnswer(201, b'{"case": "cases:1"}')
NOW, LONG_AGO, DAY_AGO = minutes(0), minutes(-60), minutes(-1440)


def claim_of(token: str, *, at: datetime = NOW, owner: str = "one") -> KeyClaim:
    return KeyClaim("k1", "link a", token, owner, at)


async def claim(store: Store, wanted: KeyClaim) -> KeptAnswer | KeyInUse | None:
    return await store.answers.claim(
        wanted, kept_since=DAY_AGO, abandoned_before=LONG_AGO
    )


async def test_one_of_many_at_once_gets_the_key(store: Store) -> None:
    claims = [claim_of(str(n)) for n in range(20)]
    answers: Sequence[object] = await asyncio.gather(*(claim(store, c) for c in claims))

    assert sorted(answers, key=str) == [*[KeyInUse.NOW] * 19, None]


async def test_the_first_answer_is_given_again(store: Store) -> None:
    await claim(store, claim_of("first"))
    await store.answers.keep(claim_of("first"), MADE)

    assert await claim(store, claim_of("second")) == MADE
    assert await claim(store, replace(claim_of("third"), key="k2")) is None


async def test_a_key_is_of_one_request(store: Store) -> None:
    await claim(store, claim_of("first"))
    other = replace(claim_of("second"), request="link b")

    assert await claim(store, other) is KeyInUse.BY_ANOTHER_REQUEST
    await store.answers.keep(claim_of("first"), MADE)
    assert await claim(store, other) is KeyInUse.BY_ANOTHER_REQUEST


async def test_what_was_released_is_new(store: Store) -> None:
    await claim(store, claim_of("first"))
    await store.answers.release(claim_of("first"))

    assert await claim(store, replace(claim_of("next"), request="link b")) is None


async def test_an_abandoned_key_goes_to_the_next_and_the_first_is_too_late(
    store: Store,
) -> None:
    await claim(store, claim_of("first", at=minutes(-61)))

    assert await claim(store, claim_of("second")) is None
    await store.answers.keep(claim_of("first"), KeptAnswer(500, b""))
    await store.answers.release(claim_of("first"))
    assert await claim(store, claim_of("third")) is KeyInUse.NOW
    await store.answers.keep(claim_of("second"), MADE)
    assert await claim(store, claim_of("fourth")) == MADE


async def test_a_key_of_yesterday_is_new(store: Store) -> None:
    await claim(store, claim_of("first", at=minutes(-1441)))
    await store.answers.keep(claim_of("first"), MADE)

    assert await claim(store, replace(claim_of("next"), request="link b")) is None


async def test_answers_outlive_a_restart(store_url: str) -> None:
    async with open_store(store_url) as store:
        await claim(store, claim_of("first"))
        await store.answers.keep(claim_of("first"), MADE)
    async with open_store(store_url) as store:
        assert await claim(store, claim_of("second", owner="two")) == MADE


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_what_a_dead_process_left_is_free_at_once(store_url: str) -> None:
    async with open_store(store_url) as store:
        await claim(store, claim_of("first"))
    async with open_store(store_url) as store:
        assert await claim(store, claim_of("second", owner="two")) is None


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_what_another_replica_does_is_waited_for(store_url: str) -> None:
    async with open_store(store_url) as one, open_store(store_url) as other:
        await claim(one, claim_of("first"))
        assert await claim(other, claim_of("second", owner="two")) is KeyInUse.NOW
        await one.answers.keep(claim_of("first"), MADE)
        assert await claim(other, claim_of("second", owner="two")) == MADE


async def test_old_keys_go_and_of_too_many_the_oldest(store: Store) -> None:
    for n in range(7):
        its = replace(claim_of("x", at=minutes(n)), key=f"k{n}")
        await claim(store, its)

    assert await store.answers.forget(minutes(2), most=9, limit=1) == 1
    assert await store.answers.forget(minutes(2), most=9, limit=9) == 1
    assert await store.answers.forget(minutes(2), most=3, limit=9) == 2
    assert await store.answers.forget(minutes(2), most=3, limit=9) == 0
    left = [
        await claim(store, replace(claim_of("y"), key=f"k{n}")) is KeyInUse.NOW
        for n in range(7)
    ]
    assert left == [False] * 4 + [True] * 3

"""How long a key holds, and for whom."""

import asyncio
from datetime import timedelta

from bridge.engine.idempotency import ABANDONED_AFTER, KEPT_FOR, Idempotency
from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse
from tests.engine.conftest import Scene

MADE = KeptAnswer(201, b"{}")
A_MOMENT = timedelta(microseconds=1)


async def claimed(keys: Idempotency, key: str = "k") -> KeyClaim:
    claim = await keys.begin(key, "link a")
    assert isinstance(claim, KeyClaim)
    return claim


async def test_an_answer_is_given_again_for_a_day(scene: Scene) -> None:
    await scene.start()
    keys = scene.engine.desk.keys
    await keys.keep(await claimed(keys), MADE)

    scene.clock.advance(KEPT_FOR)
    assert await keys.begin("k", "link a") == MADE
    scene.clock.advance(A_MOMENT)
    assert isinstance(await keys.begin("k", "link b"), KeyClaim)


async def test_what_is_not_answered_is_waited_for_and_then_taken_over(
    scene: Scene,
) -> None:
    await scene.start()
    keys = scene.engine.desk.keys
    first = await claimed(keys)

    scene.clock.advance(ABANDONED_AFTER)
    assert await keys.begin("k", "link a") is KeyInUse.NOW
    scene.clock.advance(A_MOMENT)
    second = await claimed(keys)
    await keys.release(first)
    await keys.keep(second, MADE)

    assert await keys.begin("k", "link a") == MADE


async def test_keys_of_another_day_are_let_go_of(scene: Scene) -> None:
    await scene.start()
    keys = scene.engine.desk.keys
    claim = await claimed(keys)
    await keys.keep(claim, MADE)
    scene.clock.advance(KEPT_FOR + A_MOMENT)

    async def is_there() -> bool:
        found = await scene.store.answers.claim(
            claim, kept_since=claim.at, abandoned_before=claim.at
        )
        return found == MADE

    assert await is_there()
    async with asyncio.timeout(60):
        while await is_there():
            scene.clock.advance(timedelta(minutes=1))

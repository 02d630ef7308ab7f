"""How the past is let go of while the bridge runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bridge.domain.model import State, StatusGroup
from bridge.engine.housekeeping import BATCH, Housekeeping
from bridge.ports.errors import StoreUnavailable
from tests.engine.conftest import Scene

MONTH = timedelta(days=30)


@asynccontextmanager
async def tidying(scene: Scene) -> AsyncIterator[Housekeeping]:
    """The timer, while the context lasts; it ends by being closed."""
    timer = Housekeeping(scene.engine.means)
    task = asyncio.create_task(timer.serve())
    try:
        yield timer
    finally:
        timer.close()
        async with asyncio.timeout(60):
            await task


async def kept(scene: Scene) -> list[str]:
    return [row.kind for row in await scene.store.events(limit=1000)]


async def until_gone(scene: Scene, kind: str) -> None:
    """Let time go by, minute by minute, until no event of that kind is left."""
    async with asyncio.timeout(60):
        while kind in await kept(scene):
            scene.clock.advance(timedelta(minutes=1))


async def one_round(scene: Scene) -> None:
    """Let go of all that is old enough by now, while time goes by."""
    tidied = asyncio.create_task(Housekeeping(scene.engine.means).tidy())
    async with asyncio.timeout(60):
        while not tidied.done():
            scene.clock.advance(timedelta(seconds=1))
            await asyncio.sleep(0)
    await tidied


async def test_what_is_older_than_wanted_goes_and_the_link_stays(scene: Scene) -> None:
    await scene.start(keep=MONTH)
    await scene.linked(StatusGroup.OPEN, a=State.FOR_REVIEW)
    scene.errors.put("a", State.RESOLVED)
    await scene.hear("errors", issue="errors:a", kind="old")
    await scene.quiet()
    await scene.pass_time(days=20)
    await scene.hear("errors", issue="errors:a", kind="young")
    await scene.quiet()

    async with tidying(scene):
        await scene.pass_time(days=11)
        await until_gone(scene, "old")

    left = await kept(scene)
    assert "young" in left
    assert "linked" not in left
    assert scene.cases.group("1") is StatusGroup.CLOSED
    assert len(await scene.store.links()) == 1


async def test_what_takes_many_batches_goes_within_one_round(scene: Scene) -> None:
    await scene.start(keep=MONTH)
    for n in range(2 * BATCH + 1):
        await scene.hear("errors", issue="errors:nobody", kind="old", id=f"{n}")
    await scene.quiet()
    scene.clock.advance(MONTH)

    await one_round(scene)

    assert await kept(scene) == []


async def test_bodies_may_go_earlier(scene: Scene) -> None:
    await scene.start(keep=MONTH, keep_bodies=timedelta(days=1))
    await scene.hear("errors", issue="errors:nobody", kind="heard")
    await scene.quiet()
    scene.clock.advance(timedelta(days=2))

    await one_round(scene)

    now = scene.clock.now()
    assert await scene.store.prune(now - MONTH, 1, bodies_before=now) == 0
    assert await kept(scene) == ["heard"]


async def test_a_store_that_is_down_is_tried_again(scene: Scene) -> None:
    await scene.start(keep=MONTH)
    await scene.hear("errors", issue="errors:nobody", kind="old")
    await scene.quiet()
    scene.clock.advance(2 * MONTH)
    prune, failures = scene.store.prune, iter([StoreUnavailable("disk full")])

    async def failing(*args: object, **more: object) -> int:
        for error in failures:
            raise error
        return await prune(*args, **more)  # type: ignore[arg-type]

    scene.store.prune = failing  # type: ignore[method-assign]
    async with tidying(scene):
        await until_gone(scene, "old")

    assert list(failures) == []

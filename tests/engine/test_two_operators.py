"""Two operators who decide about the same thing at the same time."""

import asyncio
from dataclasses import replace

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.commits import Commit
from bridge.ports.errors import NotFound, PermanentError, Unclear
from bridge.ports.records import Key
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW = State.FOR_REVIEW


async def test_a_letter_that_somebody_closed_meanwhile_is_left_alone(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", PermanentError("errors: not allowed"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="close")
    await scene.quiet()
    (letter,) = (await scene.engine.desk.dead(cursor=None, limit=9))["items"]
    store, schedule = scene.engine.means.store, scene.engine.schedule

    async with schedule.alone(Key(letter["key"])):
        late = asyncio.create_task(scene.engine.desk.skip([letter["id"]]))
        for _ in range(50):
            await asyncio.sleep(0)
        await store.commit(Commit(revived=[letter["id"]]))

    with pytest.raises(NotFound, match="meanwhile"):
        await late


async def test_a_case_that_somebody_resumed_meanwhile_is_not_resumed_again(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    record = await scene.store.find_case("cases:1")
    assert record
    await scene.store.commit(Commit(cases=[replace(record, paused="why")]))

    async with scene.engine.schedule.alone(Key("cases:1")):
        late = asyncio.create_task(scene.engine.desk.resume("cases:1"))
        for _ in range(50):
            await asyncio.sleep(0)
        await scene.store.commit(Commit(cases=[record]))

    with pytest.raises(Unclear, match="any more"):
        await late

"""Two operators who decide about the same thing at the same time."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.commits import Commit
from bridge.ports.errors import NotFound, PermanentError, Unclear
from bridge.ports.records import Key
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW = State.FOR_REVIEW


def waiting_for_the_key(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once somebody asks for a key that another one has."""
    schedule, asked = scene.engine.schedule, asyncio.Event()
    alone = schedule.alone

    def told(key: Key) -> AbstractAsyncContextManager[None]:
        asked.set()
        return alone(key)

    monkeypatch.setattr(schedule, "alone", told)
    return asked


async def test_a_letter_that_somebody_closed_meanwhile_is_left_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
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
        asked = waiting_for_the_key(scene, monkeypatch)
        late = asyncio.create_task(scene.engine.desk.skip([letter["id"]]))
        await asyncio.wait_for(asked.wait(), 60)
        await store.commit(Commit(revived=[letter["id"]]))

    with pytest.raises(NotFound, match="meanwhile"):
        await late


async def test_a_case_that_somebody_resumed_meanwhile_is_not_resumed_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    record = await scene.store.find_case("cases:1")
    assert record
    await scene.store.commit(Commit(cases=[replace(record, paused="why")]))

    async with scene.engine.schedule.alone(Key("cases:1")):
        asked = waiting_for_the_key(scene, monkeypatch)
        late = asyncio.create_task(scene.engine.desk.resume("cases:1"))
        await asyncio.wait_for(asked.wait(), 60)
        await scene.store.commit(Commit(cases=[record]))

    with pytest.raises(Unclear, match="any more"):
        await late

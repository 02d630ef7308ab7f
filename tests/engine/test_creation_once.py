"""One case and not two, although answers are lost and searches lag."""

import asyncio
from datetime import timedelta

import pytest

from bridge.domain.creation import marker_of
from bridge.domain.model import IssueId, State, StatusGroup
from bridge.ports.errors import AlreadyLinked, PermanentError
from bridge.ports.trackers import Ability
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, BUSY, CUT_OFF, made, ruled, told_of_a

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def test_a_create_without_an_answer_is_found_and_not_repeated(
    scene: Scene,
) -> None:
    scene.cases.break_after("create_case", CUT_OFF)

    await told_of_a(scene)
    await scene.pass_time(seconds=5)
    await scene.quiet()

    assert len(made(scene)) == 1
    assert scene.errors.state("a") is REVIEWED


async def test_a_search_that_lags_two_minutes_makes_no_second_case(
    scene: Scene,
) -> None:
    scene.cases.search_lag = timedelta(minutes=2)
    scene.cases.break_after("create_case", CUT_OFF)

    await told_of_a(scene)
    for _ in range(30):
        await scene.pass_time(seconds=10)
    await scene.quiet()

    assert len(made(scene)) == 1
    assert scene.errors.state("a") is REVIEWED


@pytest.mark.parametrize("verdict", ["retry", "skip"])
async def test_what_an_operator_says_makes_no_second_case_while_the_search_lags(
    scene: Scene, verdict: str
) -> None:
    scene.cases.search_lag = timedelta(minutes=2)
    scene.cases.break_after("create_case", CUT_OFF)
    await told_of_a(scene, retry_for=timedelta(seconds=3))
    for _ in range(3):
        await scene.pass_time(seconds=3)
    (letter,) = (await scene.engine.desk.dead(cursor=None, limit=9))["items"]
    assert letter["kind"] == "create_case"

    scene.take(retry_for=timedelta(hours=1))
    await getattr(scene.engine.desk, verdict)([letter["id"]])
    if verdict == "skip":
        asking = asyncio.create_task(scene.engine.desk.create("errors:a", project=None))
    for _ in range(30):
        await scene.pass_time(seconds=10)
    await scene.quiet()
    if verdict == "skip":
        await asyncio.gather(asking, return_exceptions=True)

    assert len(made(scene)) == 1
    assert scene.errors.state("a") is REVIEWED


async def test_a_create_that_never_arrived_is_made_once_the_search_is_sure(
    scene: Scene,
) -> None:
    scene.cases.fail("create_case", CUT_OFF)

    await told_of_a(scene)
    await scene.pass_time(seconds=60)
    assert made(scene) == []
    for _ in range(20):
        await scene.pass_time(seconds=20)
    await scene.quiet()

    assert len(made(scene)) == 1


async def test_a_failed_search_stops_the_creation(scene: Scene) -> None:
    scene.cases.fail("find_cases", BUSY)

    await told_of_a(scene)
    assert made(scene) == []

    await scene.pass_time(seconds=5)
    assert len(made(scene)) == 1


async def test_what_cannot_be_searched_is_parked_for_an_operator(scene: Scene) -> None:
    scene.cases.abilities -= {Ability.SEARCH}
    scene.cases.fail("create_case", CUT_OFF)

    delivery = await told_of_a(scene)
    await scene.pass_time(seconds=5)
    await scene.quiet()

    assert (await scene.event(delivery))["outcome"] == "parked"
    dead = await scene.engine.desk.dead(cursor=None, limit=10)
    assert marker_of(IssueId("errors:a")) in dead["items"][0]["reason"]
    assert scene.cases.calls["create_case"] == 1


async def test_whoever_waits_for_a_case_is_told_at_once_that_an_operator_must_look(
    scene: Scene,
) -> None:
    scene.cases.abilities -= {Ability.SEARCH}
    scene.cases.fail("create_case", CUT_OFF)
    await told_of_a(scene)

    asked = asyncio.create_task(scene.engine.desk.create("errors:a", None))
    await scene.idle()
    await scene.pass_time(seconds=5)
    async with asyncio.timeout(60):
        with pytest.raises(PermanentError, match="cannot be found out: look there"):
            await asked
    async with asyncio.timeout(60):
        with pytest.raises(PermanentError, match="waits for an operator"):
            await scene.engine.desk.create("errors:a", None)

    assert scene.cases.calls["create_case"] == 1


async def test_a_crash_between_create_and_link_is_made_good(scene: Scene) -> None:
    scene.cases.break_after("create_case", CUT_OFF)
    await told_of_a(scene)
    await scene.stop()

    await ruled(scene, AUTO)
    await scene.pass_time(seconds=5)
    await scene.quiet()

    assert len(made(scene)) == 1
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert links["items"][0]["case"] == "cases:made-1"


async def test_a_link_by_hand_waits_while_a_case_is_being_created(
    scene: Scene,
) -> None:
    scene.cases.put("1", OPEN)
    scene.cases.fail("create_case", CUT_OFF)
    await told_of_a(scene)

    with pytest.raises(AlreadyLinked, match="being created"):
        await scene.engine.desk.link("errors:a", "cases:1")

"""A case for an issue: asked for by hand, or by a backfill."""

import asyncio
from datetime import timedelta

import pytest

from bridge.domain.creation import marker_of
from bridge.domain.model import IssueId, State, StatusGroup
from bridge.domain.routing import Default, Ruleset
from bridge.ports.errors import AlreadyLinked, NotFound, PermanentError, Unclear
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, BUSY, BY_HAND, CASES, made, new_issue, ruled

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


@pytest.mark.parametrize("state", State)
async def test_a_case_created_by_hand_is_in_progress_and_the_issue_reviewed(
    scene: Scene, state: State
) -> None:
    await ruled(scene, BY_HAND)
    new_issue(scene, "a", state)

    link = await scene.engine.desk.create("errors:a", None)
    await scene.quiet()

    case = scene.cases.cases["made-1"]
    assert (case.group, case.project) == (IN_PROGRESS, "SHOP")
    assert scene.errors.state("a") is REVIEWED
    assert case.issues == ("a",)
    assert case.title == "Error a"
    assert marker_of(IssueId("errors:a")) in case.description
    assert (link["case"], link["case_key"]) == ("cases:made-1", case.key)


@pytest.mark.parametrize(
    ("service", "given", "project"),
    [("web-store", "X", "SHOP"), ("other", "X", "X"), ("other", None, "ET")],
    ids=["the first rule that matches", "else the given one", "else the default"],
)
async def test_the_project_of_a_case_created_by_hand(
    scene: Scene, service: str, given: str | None, project: str
) -> None:
    await ruled(scene, BY_HAND)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.tell("a", service=service)

    await scene.engine.desk.create("errors:a", given)

    assert scene.cases.cases["made-1"].project == project


async def test_an_issue_with_a_case_is_refused_and_its_case_named(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    await scene.linked(OPEN, a=FOR_REVIEW)

    with pytest.raises(AlreadyLinked, match="SHOP-1"):
        await scene.engine.desk.create("errors:a", None)

    assert scene.cases.writes == 0


async def test_what_cannot_be_created_is_refused_before_anything_is_kept(
    scene: Scene,
) -> None:
    await ruled(scene, Ruleset((), Default(CASES)))
    scene.errors.put("a", FOR_REVIEW)

    with pytest.raises(NotFound, match="no issue errors:z"):
        await scene.engine.desk.create("errors:z", None)
    with pytest.raises(Unclear, match="no project"):
        await scene.engine.desk.create("errors:a", None)

    assert await scene.store.creation(IssueId("errors:a")) is None


async def test_a_refused_creation_leaves_the_issue_free(scene: Scene) -> None:
    await ruled(scene, BY_HAND)
    new_issue(scene, "a")
    scene.cases.fail("create_case", PermanentError("cases: no such project"))

    with pytest.raises(PermanentError, match="no such project"):
        await scene.engine.desk.create("errors:a", None)
    await scene.quiet()
    await scene.engine.desk.create("errors:a", None)

    assert len(made(scene)) == 1


async def test_asking_many_times_at_once_makes_one_case(scene: Scene) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")

    asked = [scene.engine.desk.create("errors:a", None) for _ in range(5)]
    heard = [scene.hear("errors", issue="a", id=str(n)) for n in range(5)]
    answers = await asyncio.gather(*asked, *heard, return_exceptions=True)
    await scene.quiet()

    assert len(made(scene)) == 1
    refused = [a for a in answers if isinstance(a, BaseException)]
    assert all(isinstance(each, AlreadyLinked) for each in refused)


async def test_of_those_who_ask_at_once_one_made_the_case_and_the_others_hear_of_it(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    new_issue(scene, "a")

    asked = [scene.engine.desk.create("errors:a", None) for _ in range(5)]
    answers = await asyncio.gather(*asked, return_exceptions=True)

    made = [answer for answer in answers if isinstance(answer, dict)]
    refused = [answer for answer in answers if isinstance(answer, AlreadyLinked)]
    assert (len(made), len(refused)) == (1, 4)
    assert {each.case for each in refused} == {made[0]["case"]}
    assert (made[0]["project"], made[0]["rule"]) == ("SHOP", "store")


async def backfilled(scene: Scene) -> None:
    async with asyncio.timeout(60):
        while (await scene.engine.desk.backfill_progress())["under_way"]:
            await scene.pass_time(seconds=1)


async def test_backfill_gives_each_issue_that_a_rule_wants_its_one_case(
    scene: Scene,
) -> None:
    for number in range(30):
        new_issue(scene, f"old-{number}")
    for number in range(5):
        scene.errors.put(f"other-{number}", FOR_REVIEW)
    scene.cases.put("7", OPEN)
    scene.errors.tell("old-0", service="web-store", native_case="7")
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO, max_cases_per_hour=1)
    preview = await scene.engine.desk.backfill(None, is_dry=True)
    assert (preview["would_create"], preview["linked"]) == (29, 1)
    assert made(scene) == []

    await scene.engine.desk.backfill(None)
    with pytest.raises(Unclear, match="under way"):
        await scene.engine.desk.backfill(None)
    await scene.idle()
    await scene.stop()
    await ruled(scene, AUTO)
    await backfilled(scene)
    await scene.quiet()

    assert len(made(scene)) == 29
    await scene.engine.desk.backfill(None)
    await backfilled(scene)
    await scene.quiet()
    assert len(made(scene)) == 29


async def test_a_backfill_whose_search_fails_stops_and_goes_on_later(
    scene: Scene,
) -> None:
    new_issue(scene, "old")
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO)
    await scene.until(lambda: scene.errors.calls["find_issues"] == 1)
    scene.errors.fail("find_issues", BUSY)

    await scene.engine.desk.backfill(None)
    await scene.until(lambda: bool(scene.engine.backfill.problem))
    assert scene.engine.backfill.problem == "cases: busy"
    assert made(scene) == []

    await scene.pass_time(minutes=1)
    await backfilled(scene)
    await scene.quiet()
    assert len(made(scene)) == 1

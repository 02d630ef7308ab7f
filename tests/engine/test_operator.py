"""The operator's hands: retry, skip, resume; and the loop breaker."""

from typing import Any

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.domain.routing import Default, Ruleset
from bridge.ports.errors import AmbiguousError, NotFound, PermanentError, Unclear
from bridge.ports.trackers import Ability
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State
NO = PermanentError("errors: not allowed")


async def letters(scene: Scene) -> list[dict[str, Any]]:
    page = await scene.engine.desk.dead(cursor=None, limit=50)
    found: list[dict[str, Any]] = page["items"]
    return found


@pytest.fixture
async def refused(scene: Scene) -> Scene:
    """The case was closed; one of its two issues was not allowed to follow."""
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.errors.fail("set_state", NO)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="close")
    await scene.quiet()
    return scene


def states(scene: Scene) -> list[State]:
    return sorted((scene.errors.state("a"), scene.errors.state("b")))


async def drift(scene: Scene) -> set[str | None]:
    page = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=9
    )
    return {item["drift"] for item in page["items"]}


async def test_a_retried_letter_is_written_and_closed(refused: Scene) -> None:
    (letter,) = await letters(refused)
    assert states(refused) == [FOR_REVIEW, RESOLVED]

    await refused.engine.desk.retry([letter["id"]])
    await refused.quiet()

    assert states(refused) == [RESOLVED, RESOLVED]
    assert await letters(refused) == []
    assert await drift(refused) == {None}


async def test_a_skipped_letter_leaves_both_sides_as_they_are(refused: Scene) -> None:
    (letter,) = await letters(refused)
    writes = refused.errors.writes

    await refused.engine.desk.skip([letter["id"]])
    await refused.quiet()

    assert states(refused) == [FOR_REVIEW, RESOLVED]
    assert refused.errors.writes == writes
    assert await letters(refused) == []
    assert await drift(refused) == {None}


async def test_a_letter_closes_by_itself_when_its_drift_is_over(refused: Scene) -> None:
    name = "a" if refused.errors.state("a") is FOR_REVIEW else "b"
    refused.errors.put(name, RESOLVED)
    await refused.hear("errors", issue=name, id="by hand")
    await refused.quiet()

    assert await letters(refused) == []
    assert await drift(refused) == {None}


async def test_unknown_letters_are_told_and_nothing_is_done(refused: Scene) -> None:
    (letter,) = await letters(refused)

    with pytest.raises(NotFound, match="nothing-like-it"):
        await refused.engine.desk.retry([letter["id"], "nothing-like-it"])

    assert len(await letters(refused)) == 1


async def test_a_refused_comment_can_be_tried_again(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    await scene.pass_time(minutes=1)
    scene.cases.fail("add_comment", PermanentError("cases: too long today"))
    scene.errors.say("a", "try me again")
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    (letter,) = await letters(scene)
    assert scene.cases.texts("1") == []

    await scene.engine.desk.retry([letter["id"]])
    await scene.idle()
    await scene.pass_time(minutes=1)

    assert len(scene.cases.texts("1")) == 1
    assert await letters(scene) == []


async def test_a_case_that_may_exist_is_created_again_on_the_operators_word(
    scene: Scene,
) -> None:
    scene.cases.abilities -= {Ability.SEARCH}
    scene.rules = Ruleset((), Default(scene.cases.name))
    await scene.start()
    scene.errors.put("a", FOR_REVIEW)
    scene.cases.fail("create_case", AmbiguousError("cases: cut off"))
    with pytest.raises(AmbiguousError):
        await scene.engine.desk.create("errors:a", "SHOP")
    await scene.idle()
    await scene.pass_time(seconds=10)
    (letter,) = await letters(scene)
    assert letter["kind"] == "create_case"

    await scene.engine.desk.retry([letter["id"]])
    await scene.idle()
    await scene.quiet()

    assert len(scene.cases.created) == 1


async def fought_over(scene: Scene, rounds: int) -> None:
    """An automation outside reverts every state that the bridge writes."""
    for number in range(rounds):
        group = CLOSED if number % 2 == 0 else OPEN
        scene.cases.put("1", group)
        await scene.hear("cases", case="1", id=f"flip-{number}")
        await scene.idle()
        await scene.pass_time(seconds=1)


async def test_a_value_that_is_fought_over_pauses_its_case_alone(scene: Scene) -> None:
    await scene.start(max_flips=6)
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("2", OPEN)
    scene.errors.put("x", FOR_REVIEW)
    await scene.link("x", "2")

    await fought_over(scene, 12)
    writes = scene.errors.calls["set_state"]
    scene.cases.put("2", CLOSED)
    await scene.hear("cases", case="2", id="other")
    await scene.idle()

    assert writes == 7
    assert scene.errors.state("x") is RESOLVED
    status = await scene.engine.desk.status()
    assert (status["paused"], status["parked"] > 0) == (1, True)
    (paused,) = status["paused_cases"]
    assert (paused["case"], paused["case_key"]) == ("cases:1", "SHOP-1")
    assert paused["reason"]


async def test_a_paused_case_goes_on_when_it_is_resumed(scene: Scene) -> None:
    await scene.start(max_flips=6)
    await scene.linked(OPEN, a=FOR_REVIEW)
    await fought_over(scene, 10)
    scene.cases.put("1", IN_PROGRESS)
    delivery = await scene.hear("cases", case="1", id="last")
    await scene.idle()
    assert (await scene.event(delivery))["outcome"] == "parked"

    await scene.engine.desk.resume("SHOP-1")
    await scene.idle()
    await scene.pass_time(seconds=20)

    assert scene.errors.state("a") is REVIEWED
    assert (await scene.event(delivery))["outcome"] == "applied"
    status = await scene.engine.desk.status()
    assert (status["paused"], status["paused_cases"]) == (0, [])
    with pytest.raises(Unclear, match="not paused"):
        await scene.engine.desk.resume("SHOP-1")


async def test_a_paused_case_is_not_looked_at(scene: Scene) -> None:
    await scene.start(max_flips=6)
    await scene.linked(OPEN, a=FOR_REVIEW)
    await fought_over(scene, 10)
    reads = scene.cases.calls["get_case"]

    for _ in range(5):
        await scene.pass_time(hours=2)

    assert scene.cases.calls["get_case"] == reads


async def test_many_letters_of_one_case_are_retried_together(scene: Scene) -> None:
    for tracker in (scene.errors, scene.cases):
        tracker.join(f"{tracker.name}-zoe", "zoe@example.com")
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.errors.fail("set_state", NO, NO)
    scene.errors.fail("set_assignee", NO, NO)
    scene.cases.put("1", CLOSED)
    scene.cases.assign("1", "cases-zoe")
    await scene.hear("cases", case="1", id="all")
    await scene.quiet()
    found = await letters(scene)
    assert len(found) == 4

    await scene.engine.desk.retry([letter["id"] for letter in found])
    await scene.quiet()

    assert states(scene) == [RESOLVED, RESOLVED]
    assert {scene.errors.assignee(name) for name in ("a", "b")} == {"errors-zoe"}
    assert await letters(scene) == []
    assert await drift(scene) == {None}

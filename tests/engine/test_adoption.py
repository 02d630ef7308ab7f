"""Pairs that the trackers know already: taken over, not made again."""

from dataclasses import replace

from bridge.domain.model import State, StatusGroup
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, BY_HAND, made, ruled

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def resolved_in_a_native_pair(scene: Scene) -> None:
    """An issue adopted with its tracker's own case was resolved, and a look has seen
    it once."""
    await ruled(scene, AUTO)
    scene.cases.put("7", OPEN)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.tell("a", native_case="7")
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()

    scene.errors.put("a", RESOLVED)
    scene.errors.tell("a", native_case="7")
    await scene.hear("errors", issue="a", id="2")
    await scene.idle()


async def test_a_case_that_the_tracker_has_already_is_adopted(scene: Scene) -> None:
    await ruled(scene, AUTO)
    scene.cases.put("7", CLOSED)
    scene.errors.put("a", RESOLVED)
    scene.errors.tell("a", service="web-store", native_case="7")

    await scene.hear("errors", issue="a")
    await scene.quiet()

    assert made(scene) == []
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert (links["items"][0]["case"], links["items"][0]["native"]) == ("cases:7", True)
    assert (scene.errors.writes, scene.cases.writes) == (0, 0)


async def test_an_issue_that_the_case_shows_is_adopted_as_a_newcomer(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    await scene.linked(CLOSED, a=RESOLVED)
    scene.errors.put("b", FOR_REVIEW)
    shown = scene.cases.cases["1"]
    scene.cases.cases["1"] = replace(shown, issues=(*shown.issues, "b", "stranger"))

    await scene.hear("cases", case="1", id="shown")
    await scene.quiet()

    assert scene.errors.state("b") is RESOLVED
    links = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=9
    )
    assert [item["issue"] for item in links["items"]] == ["errors:a", "errors:b"]


async def test_what_a_person_unlinked_is_not_adopted_again(scene: Scene) -> None:
    await ruled(scene, BY_HAND)
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)

    await scene.engine.desk.unlink("errors:b")
    await scene.hear("cases", case="1", id="again")
    await scene.quiet()

    links = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=9
    )
    assert [item["issue"] for item in links["items"]] == ["errors:a"]


async def test_what_was_unlinked_from_two_cases_is_adopted_by_neither(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.cases.put("2", OPEN)

    await scene.engine.desk.unlink("errors:b")
    await scene.link("b", "2")
    await scene.engine.desk.unlink("errors:b")
    await scene.hear("cases", case="1", id="again")
    await scene.quiet()

    links = await scene.engine.desk.links(case=None, issue="b", cursor=None, limit=9)
    assert links["items"] == []


async def test_a_pair_that_the_tracker_syncs_is_written_at_the_second_look_only(
    scene: Scene,
) -> None:
    await resolved_in_a_native_pair(scene)

    assert scene.cases.writes == 0

    await scene.pass_time(seconds=11)
    assert scene.cases.group("7") is CLOSED


async def test_a_pair_that_the_tracker_settles_itself_is_not_written(
    scene: Scene,
) -> None:
    await resolved_in_a_native_pair(scene)

    scene.cases.put("7", CLOSED)
    await scene.pass_time(seconds=11)
    await scene.quiet()

    assert (scene.errors.writes, scene.cases.writes) == (0, 0)

"""How a creation ends that did not lead to a case of its own, or was undone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.domain.routing import Ruleset
from bridge.ports.errors import PermanentError
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, BUSY, made, ruled, told_of_a

NO = PermanentError("cases: no such project")


async def case_of(scene: Scene, issue: str) -> str | None:
    page = await scene.engine.desk.links(case=None, issue=issue, cursor=None, limit=1)
    return page["items"][0]["case"] if page["items"] else None


async def test_a_dry_run_does_not_go_on_with_what_a_live_one_began(
    scene: Scene,
) -> None:
    scene.cases.fail("create_case", BUSY)
    await told_of_a(scene)
    await scene.stop()

    await ruled(scene, AUTO, is_dry=True)
    for _ in range(5):
        await scene.pass_time(minutes=2)
    assert made(scene) == []
    await scene.stop()

    await ruled(scene, AUTO, is_dry=False)
    await scene.pass_time(minutes=6)
    await scene.quiet()
    assert len(made(scene)) == 1


async def test_an_unlinked_issue_gets_no_case_again_by_itself(scene: Scene) -> None:
    await told_of_a(scene)
    await scene.quiet()
    await scene.engine.desk.unlink("errors:a")

    delivery = await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert await case_of(scene, "a") is None
    assert len(made(scene)) == 1
    assert "a person unlinked it" in (await scene.event(delivery))["reason"]


async def test_a_second_case_by_hand_is_a_new_one(scene: Scene) -> None:
    await told_of_a(scene)
    await scene.quiet()
    await scene.engine.desk.unlink("errors:a")

    link = await scene.engine.desk.create("errors:a", None)
    await scene.quiet()

    assert link["case"] == "cases:made-2"


async def test_an_archived_case_with_the_marker_is_passed_over(scene: Scene) -> None:
    await told_of_a(scene)
    await scene.quiet()
    await scene.engine.desk.unlink("errors:a")
    scene.cases.put("made-1", StatusGroup.OPEN, withdrawn="archived")

    link = await scene.engine.desk.create("errors:a", None)

    assert link["case"] == "cases:made-2"


async def test_a_case_refused_to_a_rule_waits_for_an_operator(scene: Scene) -> None:
    scene.cases.fail("create_case", NO)
    delivery = await told_of_a(scene)
    await scene.quiet()
    for number in range(3):
        await scene.hear("errors", issue="a", id=f"again-{number}")
        await scene.quiet()

    assert (await scene.event(delivery))["outcome"] == "dead"
    assert scene.cases.calls["create_case"] == 1
    (letter,) = (await scene.engine.desk.dead(cursor=None, limit=9))["items"]
    assert (letter["kind"], letter["target"]) == ("create_case", "errors:a")

    await scene.engine.desk.retry([letter["id"]])
    await scene.quiet()
    assert len(made(scene)) == 1


async def test_a_skipped_creation_is_not_carried_out(scene: Scene) -> None:
    scene.cases.fail("create_case", *[BUSY] * 50)
    await told_of_a(scene, retry_for=timedelta(minutes=2))
    for _ in range(5):
        await scene.pass_time(minutes=2)
    (letter,) = (await scene.engine.desk.dead(cursor=None, limit=9))["items"]
    scene.cases.failures.clear()

    await scene.engine.desk.skip([letter["id"]])
    await scene.pass_time(minutes=10)
    await scene.quiet()

    assert made(scene) == []
    scene.cases.put("1", StatusGroup.OPEN)
    await scene.link("a", "1")
    assert scene.errors.state("a") is State.FOR_REVIEW


def moved(project: str) -> Ruleset:
    (rule,) = AUTO.rules
    return replace(AUTO, rules=(replace(rule, project=project),))


@pytest.mark.parametrize("way", ["reload", "restart"])
async def test_a_refused_case_is_tried_again_where_new_rules_send_it(
    scene: Scene, way: str
) -> None:
    scene.cases.fail("create_case", NO)
    await told_of_a(scene)
    await scene.quiet()
    assert (await scene.engine.desk.status())["dead"] == 1

    scene.rules = moved("OTHER")
    if way == "reload":
        scene.take()
    else:
        await scene.stop()
        await scene.start()
    await scene.until(lambda: bool(made(scene)))
    await scene.quiet()

    assert scene.cases.cases["made-1"].project == "OTHER"
    status = await scene.engine.desk.status()
    assert (status["dead"], status["creating"]) == (0, 0)


async def test_new_rules_that_send_a_refused_case_to_the_same_place_change_nothing(
    scene: Scene,
) -> None:
    scene.cases.fail("create_case", NO)
    await told_of_a(scene)
    await scene.quiet()

    scene.take(max_flips=9)
    await scene.idle()

    assert made(scene) == []
    assert (await scene.engine.desk.status())["dead"] == 1

"""A case for every new issue that a rule wants one for, and for no other."""

from datetime import timedelta

import pytest

from bridge.domain.model import State
from bridge.engine.current import Choices
from bridge.ports.errors import Unclear
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, BY_HAND, made, new_issue, ruled

FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def test_a_new_issue_gets_its_case_by_rule(scene: Scene) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert len(made(scene)) == 1
    assert scene.errors.state("a") is REVIEWED
    event = await scene.event(delivery)
    assert (event["outcome"], event["key"]) == ("applied", "cases:made-1")


async def test_a_new_issue_without_a_webhook_is_found_by_search(scene: Scene) -> None:
    await ruled(scene, AUTO, poll_interval=timedelta(minutes=1))
    scene.clock.advance(timedelta(minutes=1))
    new_issue(scene, "a")

    await scene.pass_time(minutes=2)
    await scene.until(lambda: len(made(scene)) == 1)
    await scene.quiet()

    searches = scene.errors.calls["find_issues"]
    await scene.pass_time(minutes=2)
    await scene.until(lambda: scene.errors.calls["find_issues"] > searches)
    await scene.quiet()
    assert len(made(scene)) == 1


async def test_an_issue_that_matches_no_rule_is_read_once(scene: Scene) -> None:
    await ruled(scene, AUTO)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.tell("a", service="other")

    for number in range(3):
        delivery = await scene.hear("errors", issue="a", id=str(number))
        await scene.quiet()

    assert scene.errors.calls["get_issue"] == 1
    event = await scene.event(delivery)
    assert (event["outcome"], event["reason"]) == ("ignored", "no rule matches it")
    assert made(scene) == []


@pytest.mark.parametrize("state", [IGNORED, EXCLUDED])
async def test_no_rule_takes_back_what_somebody_decided_about_an_issue(
    scene: Scene, state: State
) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    scene.errors.put("a", state)

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert made(scene) == []
    assert scene.errors.state("a") is state
    event = await scene.event(delivery)
    assert (event["outcome"], event["reason"]) == (
        "ignored",
        f"somebody has chosen {state} for it: no rule overrides that",
    )

    scene.errors.put("a", FOR_REVIEW)
    await scene.hear("errors", issue="a", id="later")
    await scene.quiet()

    assert len(made(scene)) == 1


async def test_an_issue_older_than_the_watch_is_left_to_backfill(scene: Scene) -> None:
    new_issue(scene, "a")
    scene.clock.advance(timedelta(days=1))
    await ruled(scene, AUTO)

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert made(scene) == []
    assert "backfill" in (await scene.event(delivery))["reason"]


async def test_a_storm_is_held_back_and_its_rest_comes_later(scene: Scene) -> None:
    await ruled(scene, AUTO, max_cases_per_hour=2)
    for number in range(5):
        new_issue(scene, f"n{number}")
        await scene.hear("errors", issue=f"n{number}", id=str(number))
    await scene.idle()
    assert len(made(scene)) == 2
    assert (await scene.engine.desk.status())["waiting"] == 3

    await scene.pass_time(minutes=61)
    assert len(made(scene)) == 4
    await scene.pass_time(minutes=61)
    assert len(made(scene)) == 5


async def test_what_is_held_back_is_seen_until_it_has_its_case(scene: Scene) -> None:
    await ruled(scene, AUTO, max_cases_per_hour=1)
    for name in ("n0", "n1"):
        new_issue(scene, name)
        delivery = await scene.hear("errors", issue=name, id=name)
        await scene.idle()

    event = await scene.event(delivery)
    assert event["outcome"] == "parked"
    assert event["reason"] == "held back: rule 'store' has made 1 case in this hour"
    status = await scene.engine.desk.status()
    assert (status["held_back"], status["parked"]) == (1, 1)
    assert [one["cause"] for one in status["alerts"]] == ["cases-held-back"]

    again = await scene.hear("errors", issue="n1", id="again")
    await scene.idle()
    assert (await scene.event(again))["reason"] == event["reason"]

    await scene.pass_time(minutes=61)
    assert (await scene.event(delivery))["outcome"] == "applied"
    status = await scene.engine.desk.status()
    assert (status["held_back"], status["parked"], status["alerts"]) == (0, 0, [])


async def test_a_dry_run_creates_nothing_and_the_first_live_one_does(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO, is_dry=True)
    scene.clock.advance(timedelta(seconds=1))
    new_issue(scene, "a")
    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()
    event = await scene.event(delivery)
    assert "would create a case in SHOP" in event["reason"]
    assert (scene.errors.writes, scene.cases.writes) == (0, 0)
    with pytest.raises(Unclear, match="dry run"):
        await scene.engine.desk.create("errors:a", None)
    await scene.stop()

    await ruled(scene, AUTO, is_dry=False)
    await scene.quiet()

    assert len(made(scene)) == 1


async def test_rules_that_change_are_one_version_for_each_decision(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    new_issue(scene, "a")
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    assert made(scene) == []

    scene.engine.reload(Choices(scene.options, "2", AUTO))
    await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert len(made(scene)) == 1

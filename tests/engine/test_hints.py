"""Where the bridge looks when a delivery says little, or too much."""

import json

import pytest

from bridge.domain.model import State, StatusGroup
from tests.engine.conftest import Scene


@pytest.mark.parametrize("tracker", ["errors", "cases"])
async def test_of_all_that_is_offered_what_is_known_is_looked_at(
    scene: Scene, tracker: str
) -> None:
    await scene.start()
    await scene.linked(StatusGroup.OPEN, a=State.FOR_REVIEW)
    scene.errors.put("a", State.REVIEWED)

    delivery = await scene.hear(tracker, issue=["x", "a"], case=["y", "z"])
    await scene.quiet()

    assert scene.cases.group("1") is StatusGroup.IN_PROGRESS
    assert (await scene.event(delivery))["key"] == "cases:1"


@pytest.mark.parametrize("said", [{}, {"case": ["UTF-8"]}], ids=json.dumps)
async def test_an_issue_tracker_that_names_no_issue_is_looked_at_at_large(
    scene: Scene, said: dict[str, list[str]]
) -> None:
    await scene.start()
    await scene.linked(StatusGroup.OPEN, a=State.FOR_REVIEW)

    delivery = await scene.hear("errors", **said)
    await scene.quiet()

    event = await scene.event(delivery)
    assert (event["key"], event["outcome"]) == ("errors:*", "applied")


async def test_a_case_tracker_that_names_an_unknown_case_is_not(scene: Scene) -> None:
    await scene.start()

    delivery = await scene.hear("cases", case=["SHOP-1"])
    await scene.quiet()

    event = await scene.event(delivery)
    assert (event["key"], event["outcome"]) == ("cases:SHOP-1", "ignored")

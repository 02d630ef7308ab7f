"""Where the two sides stay apart: refused writes, and what is gone or archived."""

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import (
    PermanentError,
)
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def test_a_refused_write_is_dead_and_shows_as_drift(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("set_group", PermanentError("cases: not from Open to Closed"))
    scene.errors.put("a", RESOLVED)

    delivery = await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert scene.cases.calls["set_group"] == 1
    assert (await scene.event(delivery))["outcome"] == "dead"
    links = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=10
    )
    assert "not from Open to Closed" in links["items"][0]["drift"]
    dead = await scene.engine.desk.dead(cursor=None, limit=10)
    assert [letter["value"] for letter in dead["items"]] == ["CLOSED"]


async def test_drift_is_healed_by_the_next_allowed_change(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("set_group", PermanentError("cases: not from Open to Closed"))
    scene.errors.put("a", RESOLVED)
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()

    scene.errors.put("a", REVIEWED)
    await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert scene.cases.group("1") is IN_PROGRESS
    links = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=10
    )
    assert links["items"][0]["drift"] is None


async def test_a_case_that_is_gone_is_marked_and_never_recreated(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    del scene.cases.cases["1"]
    scene.errors.put("a", RESOLVED)

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert (await scene.event(delivery))["outcome"] == "ignored"
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert "no case 1" in links["items"][0]["gone"]
    assert scene.cases.writes == scene.errors.writes == 0


async def test_an_archived_case_is_left_alone_until_it_is_back(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("1", OPEN, withdrawn="archived")
    scene.errors.put("a", RESOLVED)
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    assert scene.cases.writes == 0

    scene.cases.put("1", OPEN)
    await scene.hear("cases", case="1", id="2")
    await scene.quiet()

    assert scene.cases.group("1") is CLOSED


async def test_an_issue_that_is_gone_is_marked_and_the_others_go_on(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    del scene.errors.issues["a"]
    scene.errors.put("b", RESOLVED)

    await scene.hear("errors", issue="b")
    await scene.quiet()

    assert scene.cases.group("1") is CLOSED
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert "no issue a" in links["items"][0]["gone"]

"""Pairs that the trackers know already: taken over, not made again."""

from dataclasses import replace

import pytest

from bridge.domain.model import IssueId, State, StatusGroup
from bridge.ports.errors import AlreadyLinked
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, BUSY, BY_HAND, made, new_issue, ruled

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


def shown_on(scene: Scene, case: str, issue: str) -> None:
    """A person puts *issue* on a case that nobody linked here."""
    scene.cases.cases[case] = replace(scene.cases.cases[case], issues=(issue,))


async def test_a_rule_makes_no_second_case_for_an_issue_that_a_case_shows(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    scene.cases.put("7", CLOSED)
    new_issue(scene, "a")
    shown_on(scene, "7", "a")

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert made(scene) == []
    assert scene.errors.state("a") is RESOLVED
    assert (await scene.event(delivery))["key"] == "cases:7"


async def test_a_case_by_hand_is_refused_where_a_case_shows_the_issue(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    scene.cases.put("7", OPEN)
    new_issue(scene, "a")
    shown_on(scene, "7", "a")

    with pytest.raises(AlreadyLinked, match="SHOP-7"):
        await scene.engine.desk.create("errors:a", None)
    await scene.quiet()

    assert made(scene) == []


async def test_a_case_that_shows_the_issue_no_longer_is_not_adopted(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    for number in range(150):
        scene.cases.put(str(number), OPEN)
    shown_on(scene, "7", "b")
    for name in "ab":
        new_issue(scene, name)
    await scene.hear("errors", issue="a")
    await scene.quiet()

    shown_on(scene, "7", "nobody")
    await scene.hear("errors", issue="b")
    await scene.quiet()

    assert len(made(scene)) == 2
    links = await scene.engine.desk.links(
        case="cases:7", issue=None, cursor=None, limit=1
    )
    assert links["items"] == []


async def test_no_case_is_created_while_nobody_can_tell_whether_one_shows_the_issue(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    scene.cases.put("7", OPEN)
    new_issue(scene, "a")
    shown_on(scene, "7", "a")
    scene.cases.fail("find_cases", BUSY)

    await scene.hear("errors", issue="a")
    await scene.idle()
    assert made(scene) == []

    await scene.pass_time(minutes=1)
    await scene.quiet()
    assert made(scene) == []
    assert (await scene.store.find_link(IssueId("errors:a"))) is not None


async def test_many_new_issues_share_one_reading_of_many_cases(scene: Scene) -> None:
    await ruled(scene, AUTO)
    for number in range(150):
        scene.cases.put(str(number), OPEN)
    for name in "abc":
        new_issue(scene, name)
        await scene.hear("errors", issue=name)
    await scene.quiet()

    assert len(made(scene)) == 3
    assert scene.cases.calls["find_cases"] == 1 + 3

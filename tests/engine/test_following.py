"""An issue that is moved or unlinked on its tracker: its link follows."""

from dataclasses import replace
from typing import Any

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import AlreadyLinked
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State
SETTLE = 11


async def link_of(scene: Scene, issue: str = "a") -> dict[str, Any] | None:
    links = await scene.engine.desk.links(case=None, issue=issue, cursor=None, limit=1)
    items: list[dict[str, Any]] = links["items"]
    return items[0] if items else None


async def moved_and_resolved(scene: Scene, to: str = "2") -> str:
    """A native pair on case 1 is moved to *to* on its tracker, the issue resolved, and
    that heard; the delivery."""
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.tell("a", native_case="1")
    await scene.hear("errors", issue="a", id="native")
    await scene.quiet()
    show(scene, "1")
    scene.errors.put("a", RESOLVED)
    scene.errors.tell("a", native_case=to)
    delivery = await scene.hear("errors", issue="a", id="moved")
    await scene.idle()
    return delivery


def show(scene: Scene, case: str, *issues: str) -> None:
    """A person leaves just *issues* on *case*."""
    scene.cases.cases[case] = replace(scene.cases.cases[case], issues=issues)


async def test_the_link_follows_an_issue_that_its_tracker_moved(scene: Scene) -> None:
    await scene.start()
    scene.cases.put("2", OPEN)
    delivery = await moved_and_resolved(scene)

    await scene.pass_time(seconds=SETTLE)
    await scene.quiet()

    link = await link_of(scene)
    assert link is not None
    assert (link["case"], link["native"], link["gone"]) == ("cases:2", True, None)
    assert scene.cases.group("1") is OPEN
    assert (scene.errors.writes, scene.cases.writes) == (0, 0)
    event = await scene.event(delivery)
    assert event["outcome"] == "applied"
    assert "was moved from SHOP-1 to SHOP-2 on its tracker" in event["reason"]


async def test_a_link_that_was_never_native_follows_too(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.cases.put("2", OPEN)
    scene.errors.put("a", RESOLVED)
    scene.errors.tell("a", native_case="2")

    await scene.hear("errors", issue="a", id="moved")
    await scene.pass_time(seconds=0)
    await scene.pass_time(seconds=SETTLE)
    await scene.quiet()

    link, other = await link_of(scene), await link_of(scene, "b")
    assert link is not None
    assert other is not None
    assert (link["case"], other["case"]) == ("cases:2", "cases:1")
    assert scene.cases.group("1") is OPEN


async def test_an_old_copy_of_the_issue_moves_nothing(scene: Scene) -> None:
    await scene.start()
    scene.cases.put("2", OPEN)
    await moved_and_resolved(scene)

    scene.errors.tell("a", native_case="1")
    await scene.pass_time(seconds=SETTLE)
    await scene.pass_time(seconds=SETTLE)
    await scene.quiet()

    link = await link_of(scene)
    assert link is not None
    assert link["case"] == "cases:1"
    assert scene.cases.group("1") is CLOSED


async def test_an_issue_moved_out_of_reach_is_marked_and_nothing_is_written(
    scene: Scene,
) -> None:
    await scene.start()
    delivery = await moved_and_resolved(scene, to="elsewhere")

    await scene.pass_time(seconds=SETTLE)
    await scene.quiet()

    link = await link_of(scene)
    assert link is not None
    assert link["gone"] == "its tracker has it on elsewhere, another case"
    assert scene.cases.group("1") is OPEN
    assert (await scene.event(delivery))["outcome"] == "applied"

    await scene.pass_time(hours=2)
    await scene.quiet()
    scene.errors.tell("a", native_case="1")
    await scene.hear("errors", issue="a", id="back")
    await scene.pass_time(seconds=SETTLE)
    await scene.pass_time(seconds=SETTLE)
    await scene.quiet()
    assert scene.cases.group("1") is CLOSED


async def test_a_case_nobody_here_knows_of_takes_no_other_pair_apart(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)
    scene.errors.tell("a", native_case="elsewhere")

    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()

    assert scene.cases.group("1") is CLOSED


@pytest.mark.parametrize("shown", [(), ("a",)])
async def test_a_native_pair_taken_apart_on_both_sides_is_unlinked(
    scene: Scene, shown: tuple[str, ...]
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.tell("a", native_case="1")
    await scene.hear("errors", issue="a", id="native")
    await scene.quiet()

    show(scene, "1", *shown)
    scene.errors.tell("a", native_case=None)
    await scene.hear("errors", issue="a", id="unlinked")
    await scene.idle()
    await scene.pass_time(seconds=SETTLE)
    await scene.quiet()

    assert bool(await link_of(scene)) is bool(shown)
    assert scene.errors.writes == scene.cases.writes == 0


async def test_an_issue_taken_off_its_case_stays_linked_and_that_is_told(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    show(scene, "1")

    delivery = await scene.hear("cases", case="1", id="taken-off")
    await scene.quiet()

    event = await scene.event(delivery)
    assert "SHOP-1 does not show errors:a any more" in event["reason"]
    assert await link_of(scene)
    assert scene.cases.writes == 0


async def test_a_link_beside_the_trackers_own_is_refused(scene: Scene) -> None:
    await scene.start()
    scene.cases.put("1", OPEN)
    scene.cases.put("2", OPEN)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.tell("a", native_case="2")

    with pytest.raises(AlreadyLinked, match="SHOP-2"):
        await scene.engine.desk.link("errors:a", "cases:1")


async def test_who_unlinked_it_from_the_trackers_case_may_link_it_to_another(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.tell("a", native_case="1")
    scene.cases.put("2", OPEN)

    await scene.engine.desk.unlink("errors:a")
    await scene.link("a", "2")
    await scene.hear("errors", issue="a", id="later")
    await scene.quiet()

    link = await link_of(scene)
    assert link is not None
    assert link["case"] == "cases:2"

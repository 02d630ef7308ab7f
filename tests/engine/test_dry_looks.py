"""What looking at cases again would lead to, told and not done."""

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import NotFound, Unclear
from tests.engine.conftest import Scene

OPEN = StatusGroup.OPEN
FOR_REVIEW, RESOLVED = State.FOR_REVIEW, State.RESOLVED


async def test_what_looking_again_would_lead_to_is_told_and_not_done(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("2", OPEN)
    scene.errors.put("x", FOR_REVIEW)
    await scene.link("x", "2")
    scene.errors.put("a", RESOLVED)
    del scene.cases.cases["2"]

    told = await scene.engine.desk.resync([], is_dry=True)
    only = await scene.engine.desk.resync(["SHOP-1"], is_dry=True)

    assert [(one["case"], len(one["actions"])) for one in told["items"]] == [
        ("cases:1", 1),
        ("cases:2", 0),
    ]
    assert [bool(one["problem"]) for one in told["items"]] == [False, True]
    assert only["items"] == told["items"][:1]
    assert await scene.store.due() == []
    assert scene.cases.group("1") is OPEN


async def test_the_plans_of_many_cases_are_told_page_by_page(scene: Scene) -> None:
    await scene.start()
    for case in "21435":
        scene.cases.put(case, OPEN)
        scene.errors.put(f"of-{case}", FOR_REVIEW)
        await scene.link(f"of-{case}", case)
    desk = scene.engine.desk

    first = await desk.resync([], is_dry=True, limit=2)
    await desk.unlink("errors:of-2")
    second = await desk.resync([], is_dry=True, limit=2, cursor=first["next"])
    last = await desk.resync([], is_dry=True, limit=2, cursor=second["next"])
    named = await desk.resync(["cases:5", "cases:1"], is_dry=True, limit=2)

    pages = (first, second, last, named)
    assert [[one["case"] for one in told["items"]] for told in pages] == [
        ["cases:1", "cases:2"],
        ["cases:3", "cases:4"],
        ["cases:5"],
        ["cases:1", "cases:5"],
    ]
    assert (last["next"], named["next"]) == (None, None)
    with pytest.raises(Unclear, match="cursor"):
        await desk.resync([], is_dry=True, cursor="2")
    with pytest.raises(NotFound, match="no linked issue"):
        await desk.resync(["SHOP-7"], is_dry=True)

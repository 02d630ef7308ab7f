"""Cases that are looked at again because somebody says so, and what is told of it."""

import random
from datetime import timedelta

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.domain.status import lowest_group
from bridge.engine import desk
from bridge.ports.errors import NotFound, TransientError, Unclear
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def test_looking_again_finds_what_nobody_told(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)

    told = await scene.engine.desk.resync([])
    await scene.quiet()

    assert told == {"looking_at": 1, "left": 1, "again_later": 0}
    assert scene.cases.group("1") is CLOSED
    told = await scene.engine.desk.resync_progress()
    assert told == {"looking_at": 1, "left": 0, "again_later": 0}


async def test_a_look_that_fails_is_told_as_put_off(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("2", OPEN)
    scene.errors.put("x", FOR_REVIEW)
    await scene.link("x", "2")
    scene.cases.fail("get_case", TransientError("cases: busy"))

    await scene.engine.desk.resync(["SHOP-1", "cases:2"])
    await scene.idle()

    told = await scene.engine.desk.resync_progress()
    assert told == {"looking_at": 2, "left": 0, "again_later": 1}


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


async def test_the_plans_of_too_many_cases_have_to_be_asked_for_by_name(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST_PLANS", 0)
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)

    with pytest.raises(Unclear, match="plans for 1 cases: name 0 at most"):
        await scene.engine.desk.resync([], is_dry=True)
    with pytest.raises(NotFound, match="no linked issue"):
        await scene.engine.desk.resync(["SHOP-7"], is_dry=True)


async def test_six_hours_without_the_bridge_are_made_good_once(scene: Scene) -> None:
    rng = random.Random(6)
    cases = [str(number) for number in range(20)]
    issues = [f"{case}{name}" for case in cases for name in "abc"]
    await scene.start()
    for case in cases:
        scene.cases.put(case, OPEN)
        for name in "abc":
            scene.errors.put(f"{case}{name}", FOR_REVIEW)
            await scene.link(f"{case}{name}", case)
    await scene.stop()

    for _ in range(60):
        scene.clock.advance(timedelta(minutes=6))
        if rng.random() < 0.5:
            scene.cases.put(rng.choice(cases), rng.choice(list(StatusGroup)))
        else:
            scene.errors.put(rng.choice(issues), rng.choice(list(State)))
    await scene.start()
    written = []
    for _ in range(2):
        before = scene.errors.writes + scene.cases.writes
        await scene.engine.desk.resync([])
        await scene.quiet()
        written.append(scene.errors.writes + scene.cases.writes - before)
        scene.clock.advance(timedelta(minutes=10))

    for case in cases:
        states = [scene.errors.state(f"{case}{name}") for name in "abc"]
        assert scene.cases.group(case) is lowest_group(states)
    assert 0 < written[0] <= len(cases) + len(issues)
    assert written[1] == 0
    assert len(scene.cases.cases) == len(cases)

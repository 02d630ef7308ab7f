"""Backfills: what they take over, and how they go on without a server."""

import asyncio
from datetime import timedelta

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.domain.routing import Ruleset
from bridge.engine.backfill import REACHED, SINCE, UNTIL
from bridge.engine.issue_work import WANTED
from bridge.ports.commits import Commit
from bridge.ports.errors import StoreUnavailable, Unclear
from bridge.ports.records import Due, Key
from bridge.ports.sightings import sighting_of
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, BY_HAND, DEFAULT, made, new_issue, ruled

OPEN, FOR_REVIEW = StatusGroup.OPEN, State.FOR_REVIEW


async def over(scene: Scene) -> None:
    """Until the backfill has come to its end and all it wanted is there."""
    async with asyncio.timeout(60):
        while (await scene.engine.desk.backfill_progress())["under_way"]:
            await scene.pass_time(seconds=1)
    await scene.quiet()


@pytest.mark.parametrize("rules", [Ruleset((), DEFAULT), BY_HAND], ids=["none", "hand"])
async def test_a_link_that_is_there_is_adopted_without_a_rule_that_creates(
    scene: Scene, rules: Ruleset
) -> None:
    scene.cases.put("7", OPEN)
    new_issue(scene, "a")
    new_issue(scene, "b")
    scene.errors.tell("a", native_case="7", service="web-store")
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, rules)

    await scene.engine.desk.backfill(None)
    await over(scene)

    links = await scene.engine.desk.links(case=None, issue=None, cursor=None, limit=10)
    assert [(one["issue"], one["case"]) for one in links["items"]] == [
        ("errors:a", "cases:7")
    ]
    assert made(scene) == []


async def test_a_dry_run_adopts_nothing_when_a_case_is_asked_for(scene: Scene) -> None:
    scene.cases.put("7", OPEN)
    new_issue(scene, "a")
    scene.errors.tell("a", native_case="7", service="web-store")
    await ruled(scene, BY_HAND, is_dry=True)

    with pytest.raises(Unclear, match="a dry run creates nothing"):
        await scene.engine.desk.create("errors:a", None)

    assert await scene.store.links() == []


async def test_an_issue_found_on_several_days_counts_once(scene: Scene) -> None:
    new_issue(scene, "a")
    scene.clock.advance(timedelta(days=5))
    await ruled(scene, AUTO)

    await scene.engine.desk.backfill(scene.clock.now() - timedelta(days=9))
    await over(scene)

    progress = await scene.engine.desk.backfill_progress()
    assert (progress["found"], progress["due"], progress["linked"]) == (1, 1, 0)
    assert len(made(scene)) == 1


async def test_a_backfill_outlives_a_store_that_was_away(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_issue(scene, "a")
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO)
    mark = scene.store.mark
    failures = iter([StoreUnavailable("disk full")] * 3)

    async def failing(name: str) -> object:
        if name.startswith("backfill/") and (failure := next(failures, None)):
            raise failure
        return await mark(name)

    with monkeypatch.context() as patched:
        patched.setattr(scene.store, "mark", failing)
        scene.engine.backfill.carry_on()
        await scene.until(lambda: scene.engine.backfill.problem == "disk full")
    await scene.engine.desk.backfill(None)
    await scene.pass_time(minutes=1)
    await over(scene)

    assert len(made(scene)) == 1


async def test_a_dry_run_carries_no_backfill_on(scene: Scene) -> None:
    new_issue(scene, "a")
    await ruled(scene, AUTO, is_dry=True)
    now = scene.clock.now()
    marks = {SINCE: now - timedelta(days=9), UNTIL: now}
    await scene.store.commit(Commit(marks={**marks, REACHED: marks[SINCE]}))

    progress = await scene.engine.desk.carry_on_backfill()
    await scene.pass_time(hours=1)

    assert progress["under_way"]
    assert progress == await scene.engine.desk.backfill_progress()
    assert progress["reached"] == progress["since"]


@pytest.mark.parametrize("state", [State.IGNORED, State.EXCLUDED])
async def test_what_somebody_decided_is_left_out_and_counted(
    scene: Scene, state: State
) -> None:
    new_issue(scene, "a")
    new_issue(scene, "b", state)
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO)
    desk = scene.engine.desk

    preview = await desk.backfill(None, is_dry=True)
    await desk.backfill(None)
    await over(scene)
    progress = await desk.backfill_progress()

    assert (preview["would_create"], preview["ignored"]) == (1, 1)
    assert (progress["due"], progress["ignored"]) == (1, 1)
    assert len(made(scene)) == 1
    assert scene.errors.state("b") is state


async def test_what_somebody_decided_is_taken_along_where_it_is_asked_for(
    scene: Scene,
) -> None:
    new_issue(scene, "a", State.IGNORED)
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO)
    desk = scene.engine.desk

    preview = await desk.backfill(None, is_dry=True, with_ignored=True)
    await desk.backfill(None, with_ignored=True)
    await scene.stop()
    await ruled(scene, AUTO)
    await over(scene)
    assert (preview["would_create"], preview["ignored"]) == (1, 0)
    assert len(made(scene)) == 1

    new_issue(scene, "b", State.IGNORED)
    scene.clock.advance(timedelta(days=2))
    await scene.engine.desk.backfill(None)
    await over(scene)
    assert len(made(scene)) == 1


async def test_what_somebody_decides_before_its_case_is_made_counts(
    scene: Scene,
) -> None:
    new_issue(scene, "a", State.IGNORED)
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO)
    now = scene.clock.now()
    listed = sighting_of(scene.errors.issues["a"], now, handled=WANTED)
    due = Due(Key("errors:a"), now)
    await scene.store.commit(Commit(sightings=[listed], due=[due]))
    scene.engine.schedule.wake(due.key, now)

    await scene.quiet()

    assert made(scene) == []
    assert scene.errors.state("a") is State.IGNORED


async def test_a_link_that_is_there_is_adopted_whatever_its_state(scene: Scene) -> None:
    scene.cases.put("7", StatusGroup.CLOSED)
    new_issue(scene, "a", State.IGNORED)
    scene.errors.tell("a", native_case="7", service="web-store")
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO)

    await scene.engine.desk.backfill(None)
    await over(scene)

    links = await scene.engine.desk.links(case=None, issue=None, cursor=None, limit=10)
    assert [one["case"] for one in links["items"]] == ["cases:7"]
    assert (await scene.engine.desk.backfill_progress())["ignored"] == 0

"""Rows that do not parse any more are told of and stop nothing else."""

import sqlite3
from datetime import timedelta

import structlog
from sqlalchemy import make_url

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import PermanentError
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, made, new_issue, ruled

BREAK = (
    "UPDATE links SET base = '{'",
    "UPDATE sightings SET attributes = '{'",
    "UPDATE dead SET since = 'never'",
)


async def test_a_search_a_start_and_a_reload_go_on_beside_broken_rows(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO, poll_interval=timedelta(minutes=1))
    new_issue(scene, "a")
    await scene.hear("errors", issue="a")
    await scene.quiet()
    scene.cases.fail("create_case", PermanentError("cases: create_case: 400"))
    new_issue(scene, "refused")
    await scene.hear("errors", issue="refused")
    await scene.idle()
    await scene.stop()
    path = make_url(scene.url).database
    assert path
    with sqlite3.connect(path) as store:
        changed = [store.execute(statement).rowcount for statement in BREAK]
    assert changed == [1, 1, 1]

    with structlog.testing.capture_logs() as logs:
        await scene.start()
        scene.clock.advance(timedelta(minutes=1))
        new_issue(scene, "b")
        await scene.pass_time(minutes=2)
        await scene.until(lambda: len(made(scene)) == 2)

    scene.engine.vital.check()
    assert {"store.row_unreadable"} <= {each["event"] for each in logs}


async def test_a_broken_case_is_shown_as_dead_once_and_hides_nothing_else(
    scene: Scene,
) -> None:
    await scene.start(poll_interval=timedelta(minutes=1))
    await scene.linked(StatusGroup.OPEN, a=State.FOR_REVIEW)
    scene.cases.put("2", StatusGroup.OPEN)
    scene.errors.put("b", State.FOR_REVIEW)
    await scene.link("b", "2")
    await scene.stop()
    path = make_url(scene.url).database
    assert path
    with sqlite3.connect(path) as store:
        store.execute("UPDATE cases SET base = '{' WHERE id = 'cases:1'")

    await scene.start(poll_interval=timedelta(minutes=1))
    with structlog.testing.capture_logs() as logs:
        for _ in range(30):
            await scene.pass_time(seconds=10)
        scene.cases.put("2", StatusGroup.CLOSED)
        await scene.hear("cases", case="2")
        await scene.until(lambda: scene.errors.state("b") is State.RESOLVED)

    desk = scene.engine.desk
    (letter,) = (await desk.dead(cursor=None, limit=9))["items"]
    assert (letter["kind"], letter["key"]) == ("look", "cases:1")
    assert "case cases:1 cannot be read" in letter["reason"]
    listed = await desk.links(case=None, issue=None, cursor=None, limit=1)
    assert [one["issue"] for one in listed["items"]] == ["errors:b"]
    told = [each for each in logs if each["event"] == "store.row_unreadable"]
    assert 1 <= len(told) <= 10

    await desk.skip([letter["id"]])
    assert (await desk.dead(cursor=None, limit=9))["items"] == []

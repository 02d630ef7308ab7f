"""Rows that do not parse any more are told of and stop nothing else."""

import sqlite3
from datetime import timedelta

import structlog
from sqlalchemy import make_url

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

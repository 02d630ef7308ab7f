"""Calls that fail: made later, not twice, given up in the end."""

from datetime import timedelta

import pytest
import structlog

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import (
    AmbiguousError,
    ForbiddenError,
    TransientError,
)
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


@pytest.mark.parametrize(
    "error", [TransientError("errors: busy"), AmbiguousError("errors: cut off")]
)
async def test_a_write_that_failed_for_now_is_made_later(
    scene: Scene, error: TransientError
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.errors.fail("set_state", error)
    scene.cases.put("1", CLOSED)

    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    assert (await scene.event(delivery))["outcome"] is None
    assert sorted((scene.errors.state("a"), scene.errors.state("b"))) == [
        FOR_REVIEW,
        RESOLVED,
    ]

    await scene.pass_time(seconds=5)
    assert (scene.errors.state("a"), scene.errors.state("b")) == (RESOLVED, RESOLVED)
    assert scene.errors.calls["set_state"] == 3
    assert (await scene.event(delivery))["outcome"] == "applied"


async def test_a_write_that_arrived_without_its_answer_is_not_repeated(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.break_after("set_state", AmbiguousError("errors: cut off"))
    scene.cases.put("1", CLOSED)

    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    await scene.pass_time(seconds=5)

    assert scene.errors.calls["set_state"] == 1
    assert (await scene.event(delivery))["outcome"] == "applied"


async def test_a_newer_edit_wins_over_a_write_that_waits(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.errors.fail("set_state", *[TransientError("errors: busy")] * 2)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="close")
    await scene.idle()

    scene.cases.put("1", IN_PROGRESS)
    await scene.pass_time(seconds=5)

    assert scene.cases.group("1") is IN_PROGRESS
    assert (scene.errors.state("a"), scene.errors.state("b")) == (REVIEWED, REVIEWED)


async def test_a_tracker_that_forbids_is_asked_again_after_the_probe_time(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)
    scene.errors.fail("get_issue", ForbiddenError("errors: 403"))

    await scene.hear("errors", issue="a")
    await scene.idle()
    status = await scene.engine.desk.status()
    assert status["trackers"]["errors"]["problem"] == "errors: 403"
    assert not status["settled"]

    await scene.pass_time(seconds=31)
    assert scene.cases.group("1") is CLOSED
    status = await scene.engine.desk.status()
    assert status["trackers"]["errors"]["problem"] is None
    assert status["settled"]


async def test_failures_end_as_dead_after_the_deadline(scene: Scene) -> None:
    await scene.start(retry_for=timedelta(minutes=10))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("get_case", *[TransientError("cases: down")] * 50)

    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    for _ in range(12):
        await scene.pass_time(minutes=6)

    event = await scene.event(delivery)
    assert event["outcome"] == "dead"
    assert "cases: down" in event["reason"]


async def test_a_tracker_that_answers_nothing_well_for_long_is_one_alert_until_it_does(
    scene: Scene,
) -> None:
    await scene.start(retry_max=timedelta(minutes=1))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("get_case", *[TransientError("cases: 503")] * 40)
    scene.cases.put("1", CLOSED)

    async def alerts() -> list[tuple[str, str]]:
        status = await scene.engine.desk.status()
        return [(one["cause"], one["tracker"]) for one in status["alerts"]]

    with structlog.testing.capture_logs() as logs:
        await scene.hear("cases", case="1")
        await scene.idle()
        for _ in range(3):
            await scene.pass_time(minutes=1)
        assert await alerts() == []
        for _ in range(6):
            await scene.pass_time(minutes=1.5)
        assert await alerts() == [("tracker-failing", "cases")]
        scene.cases.failures.clear()
        await scene.pass_time(minutes=2)
        assert await alerts() == []

    told = [one["event"] for one in logs if one["event"].startswith("tracker.")]
    assert told == ["tracker.failing", "tracker.answers_again"]


async def test_a_pause_that_the_tracker_asks_for_is_shown_and_kills_nothing(
    scene: Scene,
) -> None:
    await scene.start(retry_for=timedelta(minutes=10))
    await scene.linked(OPEN, a=FOR_REVIEW)
    pause = TransientError("cases: 429", retry_after=3600)
    scene.cases.fail("get_case", pause, pause)
    scene.cases.put("1", CLOSED)

    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    status = await scene.engine.desk.status()
    assert status["trackers"]["cases"]["paused_until"] == "2026-03-01T13:00:00Z"
    assert [(a["cause"], a["tracker"]) for a in status["alerts"]] == [
        ("tracker-paused", "cases")
    ]
    for _ in range(3):
        await scene.pass_time(minutes=67)

    assert (await scene.event(delivery))["outcome"] == "applied"
    status = await scene.engine.desk.status()
    assert status["trackers"]["cases"]["paused_until"] is None
    assert "tracker-paused" not in [alert["cause"] for alert in status["alerts"]]
    assert status["dead"] == 0


async def test_work_that_waits_survives_a_restart(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", TransientError("errors: busy"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.idle()
    await scene.stop()

    await scene.start()
    await scene.pass_time(seconds=5)

    assert scene.errors.state("a") is RESOLVED
    assert (await scene.engine.desk.status())["settled"]

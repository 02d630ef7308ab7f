"""Trackers that used to call and call no more."""

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bridge.ports.commits import Commit
from bridge.ports.errors import StoreUnavailable
from tests.builders import NOON
from tests.engine.conftest import Scene

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def calls(scene: Scene, *gaps: timedelta) -> None:
    """The case tracker calls, and again after each gap."""
    await hear(scene)
    for gap in gaps:
        scene.clock.advance(gap)
        await hear(scene)


async def hear(scene: Scene) -> None:
    await scene.hear("cases", case="9", id=scene.engine.means.new_id())
    await scene.engine.silence.listen()


async def told_after(scene: Scene, silence: timedelta) -> list[str]:
    """The trackers that are warned of when it is silent for so long."""
    scene.clock.advance(silence)
    with capture_logs() as logged:
        await scene.engine.silence.listen()
    return [one["tracker"] for one in logged if one["event"] == "tracker.silent"]


async def known(scene: Scene, tracker: str = "cases") -> tuple[Any, Any]:
    """When the tracker called last, and since when it is silent."""
    told = (await scene.engine.desk.status())["trackers"][tracker]
    return told["last_delivery"], told["silent_since"]


@pytest.mark.parametrize(
    ("gap", "patience"),
    [
        (MINUTE, HOUR),
        (timedelta(minutes=30), 3 * HOUR),
        (timedelta(days=2), 24 * HOUR),
    ],
    ids=["an hour at least", "six times the longest gap", "a day at most"],
)
async def test_silence_is_measured_by_how_often_the_tracker_calls(
    scene: Scene, gap: timedelta, patience: timedelta
) -> None:
    await scene.start()
    await calls(scene, MINUTE, gap, MINUTE)

    assert await told_after(scene, patience) == []
    assert await told_after(scene, MINUTE) == ["cases"]


async def test_a_silent_tracker_is_warned_of_once_and_shown(scene: Scene) -> None:
    await scene.start()
    await calls(scene)
    last, _ = await known(scene)

    assert await told_after(scene, 2 * HOUR) == ["cases"]
    assert await told_after(scene, 20 * HOUR) == []
    assert await known(scene) == (last, last)
    assert await known(scene, "errors") == (None, None)


async def test_silence_ends_with_the_next_delivery(scene: Scene) -> None:
    await scene.start()
    await calls(scene)
    await told_after(scene, 2 * HOUR)

    with capture_logs() as logged:
        await hear(scene)

    assert (await known(scene))[1] is None
    assert "tracker.heard_again" in [one["event"] for one in logged]
    # The gap of two hours is what this tracker is known for now.
    assert await told_after(scene, 12 * HOUR) == []
    assert await told_after(scene, MINUTE) == ["cases"]


async def test_a_tracker_that_never_called_is_not_silent(scene: Scene) -> None:
    await scene.start()

    assert await told_after(scene, timedelta(days=9)) == []


async def test_the_last_delivery_and_the_longest_gap_outlive_a_restart(
    scene: Scene,
) -> None:
    await scene.start()
    await calls(scene, timedelta(minutes=30))
    last, _ = await known(scene)
    await scene.stop()
    scene.clock.advance(timedelta(days=3))

    await scene.start()

    assert await known(scene) == (last, None)
    assert await told_after(scene, 3 * HOUR) == []
    assert await told_after(scene, MINUTE) == ["cases"]
    assert await known(scene) == (last, last)


async def test_time_without_a_bridge_is_no_gap(scene: Scene) -> None:
    await scene.start()
    await calls(scene, MINUTE)
    await scene.stop()
    scene.clock.advance(timedelta(days=3))
    await scene.start()
    await calls(scene)

    assert await told_after(scene, HOUR + MINUTE) == ["cases"]


async def test_what_was_heard_is_kept_by_the_timer_and_at_the_end(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.hear("cases", case="9")
    assert await scene.store.mark("delivery/cases") is None
    scene.clock.advance(MINUTE)
    await scene.hear("errors", issue="9")
    await scene.stop()
    await scene.start()

    marks = [await scene.store.mark(f"delivery/{n}") for n in ("cases", "errors")]
    assert marks == [NOON, NOON + MINUTE]


async def test_the_gap_survives_a_store_that_is_down_for_a_moment(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.start()
    scene.engine.silence.close()
    await calls(scene)
    scene.clock.advance(10 * HOUR)
    await scene.hear("cases", case="9", id="after the gap")
    await scene.quiet()
    commit = scene.store.commit
    monkeypatch.setattr(scene.store, "commit", down)
    with pytest.raises(StoreUnavailable):
        await scene.engine.silence.listen()
    monkeypatch.setattr(scene.store, "commit", commit)

    await scene.engine.silence.listen()

    kept = [await scene.store.mark(f"gap-{end}/cases") for end in ("begin", "end")]
    assert kept == [NOON, NOON + 10 * HOUR]


async def down(_: Commit) -> None:
    raise StoreUnavailable("disk full")

"""What is scraped after real passes: what was done, what waits, what to look at."""

from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import (
    BadCredentials,
    TransientError,
    UnknownTracker,
)
from tests.metrics.conftest import Measured

OPEN, CLOSED = StatusGroup.OPEN, StatusGroup.CLOSED
FOR_REVIEW = State.FOR_REVIEW


async def test_a_pass_counts_its_delivery_its_writes_and_its_lag(
    scene: Measured,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    before = await scene.scrape()

    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="d1")
    await scene.hear("cases", case="1", id="d1")
    await scene.quiet()
    after = await scene.scrape()

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more("bridge_deliveries_total{result=accepted,tracker=cases}") == 1
    assert more("bridge_deliveries_total{result=repeated,tracker=cases}") == 1
    ended = "bridge_events_total{cause=delivery,outcome=applied,tracker=cases}"
    assert more(ended) == 1
    assert more("bridge_delivery_lag_seconds_count{tracker=cases}") == 1
    assert more("bridge_passes_total{result=applied,tracker=cases}") == 1
    assert more("bridge_pass_duration_seconds_count{tracker=cases}") == 1
    writes = "bridge_writes_total{kind=set_issue_state,result=done,tracker=errors}"
    assert more(writes) == 2
    calls = "bridge_calls_total{kind=states,result=answered,tracker=errors}"
    assert more(calls) == 2
    assert after["bridge_keys_waiting"] == after["bridge_passes_running"] == 0
    assert after["bridge_oldest_due_age_seconds"] == 0
    assert (after["bridge_links"], after["bridge_cases"]) == (2, 1)


async def test_the_lag_is_that_of_the_delivery_also_after_a_restart(
    scene: Measured,
) -> None:
    await scene.start(retry_first=timedelta(seconds=30))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("get_case", TransientError("cases: 503"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="d1")
    await scene.idle()
    waiting = await scene.scrape()
    await scene.stop()
    scene.clock.advance(timedelta(seconds=100))
    await scene.start()
    await scene.quiet()
    told = await scene.scrape()

    assert waiting["bridge_retries_total{tracker=cases}"] == 1
    assert waiting["bridge_passes_total{result=put-off,tracker=cases}"] == 1
    assert waiting["bridge_keys_retrying"] == 1
    assert waiting["bridge_tracker_failing{tracker=cases}"] == 1
    assert told["bridge_tracker_failing{tracker=cases}"] == 0
    assert told["bridge_delivery_lag_seconds_sum{tracker=cases}"] == 100


async def test_a_fault_of_the_bridge_is_told_from_a_failing_tracker(
    scene: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)

    async def broken(_: object) -> None:
        raise RuntimeError("a fault")

    with monkeypatch.context() as patched:
        patched.setattr(scene.cases, "get_case", broken)
        await scene.hear("cases", case="1", id="d1")
        await scene.idle()
        told = await scene.scrape()

    assert told["bridge_passes_total{result=fault,tracker=cases}"] == 1
    assert told["bridge_retries_total{tracker=cases}"] == 1


async def test_what_is_overdue_has_an_age(scene: Measured) -> None:
    await scene.start(passes_at_once=0)
    await scene.hear("cases", case="1", id="d1")
    scene.clock.advance(timedelta(seconds=45))

    told = await scene.scrape()

    assert told["bridge_oldest_due_age_seconds"] == 45
    assert told["bridge_keys_waiting"] == told["bridge_events_pending"] == 1


async def test_looks_of_the_timer_are_counted_by_what_they_find(
    scene: Measured,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    await scene.pass_time(hours=2)
    scene.errors.put("a", State.RESOLVED)
    scene.errors.put("b", FOR_REVIEW)
    await scene.pass_time(hours=2)
    scene.cases.fail("get_case", TransientError("cases: 503"))
    await scene.pass_time(hours=2)

    told = await scene.scrape()

    assert told["bridge_looks_total{result=quiet,tracker=cases}"] >= 1
    assert told["bridge_looks_total{result=due,tracker=cases}"] == 1
    assert told["bridge_looks_total{result=failed,tracker=cases}"] == 1
    found = "bridge_events_total{cause=poll,outcome=applied,tracker=cases}"
    assert told[found] == 1


async def test_refused_deliveries_are_counted_without_what_they_claim(
    scene: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.start()
    with pytest.raises(UnknownTracker):
        await scene.engine.intake.accept("made-up-name", {}, b"{}")

    def refuse(*_: object) -> None:
        raise BadCredentials("no")

    reader = scene.engine.means.roster.readers[scene.cases.name]
    monkeypatch.setattr(type(reader), "read", refuse)
    with pytest.raises(BadCredentials):
        await scene.hear("cases", case="1")

    told = await scene.scrape()

    unknown = "bridge_deliveries_total{result=unknown-tracker,tracker=}"
    assert told[unknown] == 1
    bad = "bridge_deliveries_total{result=unauthenticated,tracker=cases}"
    assert told[bad] == 1
    assert "made-up" not in str(told)


async def test_what_runs_and_its_process_are_told(scene: Measured) -> None:
    await scene.start(is_dry=True)

    told = await scene.scrape()

    (build,) = [name for name in told if name.startswith("bridge_build_info{")]
    assert "version=1.2.3" in build
    assert told["bridge_dry_run"] == 1
    assert told["process_resident_memory_bytes"] > 1_000_000
    assert told["process_start_time_seconds"] > 1_000_000_000
    assert not [name for name in told if "_created" in name]


async def test_two_bridges_in_one_process_count_apart(
    scene: Measured, tmp_path: Path
) -> None:
    other = Measured(tmp_path / "other.db")
    await scene.start()
    await other.start()
    await scene.linked(OPEN, a=FOR_REVIEW)

    mine, theirs = await scene.scrape(), await other.scrape()
    await other.stop()

    assert mine["bridge_passes_total{result=applied,tracker=cases}"] == 1
    assert "bridge_passes_total{result=applied,tracker=cases}" not in theirs

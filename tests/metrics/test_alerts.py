"""One alert for each cause: raised once, cleared when it is over."""

import asyncio
from datetime import timedelta

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.metrics import Scrape
from bridge.ports.errors import PermanentError, StoreUnavailable
from bridge.transport.failures import UnauthenticatedError
from tests.metrics.conftest import Measured, Series, read

OPEN, CLOSED = StatusGroup.OPEN, StatusGroup.CLOSED
FOR_REVIEW = State.FOR_REVIEW


def alerts(told: Series) -> set[str]:
    """Which alerts are active."""
    return {name for name, value in told.items() if "bridge_alert{" in name and value}


async def test_an_open_circuit_is_one_alert_until_it_closes(scene: Measured) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    assert alerts(await scene.scrape()) == set()

    for _ in range(3):
        scene.cases.fail("get_case", UnauthenticatedError("cases: 401"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="d1")
    await scene.hear("cases", case="1", id="d2")
    await scene.idle()
    during = await scene.scrape()
    listed = (await scene.engine.desk.status())["alerts"]
    await scene.pass_time(minutes=1)
    still = await scene.scrape()
    for _ in range(4):
        await scene.pass_time(minutes=2)
    after = await scene.scrape()

    active = {"bridge_alert{cause=circuit-open,tracker=cases}"}
    assert alerts(during) == alerts(still) == active
    assert [one["cause"] for one in listed] == ["circuit-open"]
    assert during["bridge_circuits_open{scope=read,tracker=cases}"] == 1
    assert during["bridge_keys_behind_circuits{tracker=cases}"] == 1
    parked = "bridge_events_total{cause=delivery,outcome=parked,tracker=cases}"
    assert still[parked] == 2
    assert alerts(after) == set()
    assert after["bridge_circuits_open{scope=read,tracker=cases}"] == 0
    applied = "bridge_events_total{cause=delivery,outcome=applied,tracker=cases}"
    assert after[applied] == 2


async def test_dead_letters_paused_cases_and_a_bad_reload_are_alerts(
    scene: Measured,
) -> None:
    await scene.start(max_flips=1)
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", PermanentError("errors: 422"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="d1")
    await scene.quiet()
    dead = await scene.scrape()
    letter = (await scene.engine.desk.dead(cursor=None, limit=1))["items"][0]["id"]
    await scene.engine.desk.skip([letter])
    for n, group in enumerate((OPEN, CLOSED, OPEN)):
        scene.cases.put("1", group)
        await scene.hear("cases", case="1", id=f"flip {n}")
        await scene.quiet()
    scene.engine.refuse_reload("config.toml: no good")
    later = await scene.scrape()

    assert alerts(dead) == {"bridge_alert{cause=dead-letters,tracker=}"}
    assert dead["bridge_dead_letters"] == dead["bridge_drifted"] == 1
    written = "bridge_dead_letters_written_total{kind=set_issue_state,tracker=cases}"
    assert dead[written] == 1
    refused = "bridge_writes_total{kind=set_issue_state,result=refused,tracker=errors}"
    assert dead[refused] == 1
    assert alerts(later) == {
        "bridge_alert{cause=cases-paused,tracker=}",
        "bridge_alert{cause=reload-refused,tracker=}",
    }
    assert later["bridge_config_last_reload_successful"] == 0


async def test_a_silent_tracker_is_an_alert(scene: Measured) -> None:
    await scene.start()
    await scene.hear("cases", case="1", id="d1")
    await scene.quiet()
    await scene.engine.silence.listen()
    scene.clock.advance(timedelta(hours=25))
    await scene.engine.silence.listen()

    assert alerts(await scene.scrape()) == {
        "bridge_alert{cause=tracker-silent,tracker=cases}"
    }


@pytest.mark.parametrize("kind", ["fails", "hangs"])
async def test_without_the_store_what_is_known_is_told(
    scene: Measured, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)

    async def down() -> None:
        if kind == "hangs":
            await asyncio.Event().wait()
        raise StoreUnavailable("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(scene.store, "counts", down)
        patience = timedelta(milliseconds=20)
        text = await Scrape(scene.metrics, scene.engine.desk, patience)()
        told = read(text.decode())
    again = await scene.scrape()

    assert alerts(told) == {"bridge_alert{cause=store-unavailable,tracker=}"}
    assert told["bridge_passes_running"] == 0
    shown = "bridge_writes_total{kind=list_issue_on_case,result=done,tracker=cases}"
    assert told[shown] == 1
    assert "bridge_dead_letters" not in told
    assert alerts(again) == set()
    assert again["bridge_dead_letters"] == 0


async def test_a_receiver_that_fails_is_seen_until_it_takes_what_it_is_told(
    scene: Measured,
) -> None:
    await scene.start()
    (pager,) = scene.engine.means.receivers
    series = "bridge_receiver_failing{receiver=pager}"
    told = "bridge_receiver_last_told_timestamp_seconds{receiver=pager}"

    before = await scene.scrape()
    pager.failed("pager.test: answered 500", scene.clock.now())
    during = await scene.scrape()
    pager.took(scene.clock.now())
    after = await scene.scrape()

    assert [one[series] for one in (before, during, after)] == [0, 1, 0]
    assert (told in before, after[told]) == (False, scene.clock.now().timestamp())

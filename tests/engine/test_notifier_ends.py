"""What counts as over after a restart, without the store, and when another leads."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.engine.notifier import TICK
from bridge.ports.commits import Counts
from bridge.ports.errors import StoreUnavailable
from tests.engine.conftest import Scene
from tests.engine.telling import (
    BEGUN,
    OVER,
    Led,
    MemoryReceiver,
    Telling,
    load_well,
    refuse,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def pager() -> MemoryReceiver:
    return MemoryReceiver("pager")


@pytest.fixture
async def telling(scene: Scene, pager: MemoryReceiver) -> Telling:
    await scene.start()
    return Telling(scene, pager)


async def test_silence_is_over_with_a_delivery_not_with_a_restart(
    scene: Scene, telling: Telling, pager: MemoryReceiver
) -> None:
    await scene.hear("cases", case="9", id="d1")
    await scene.engine.silence.listen()
    scene.clock.advance(timedelta(hours=25))
    await scene.engine.silence.listen()
    await telling.look()
    await scene.stop()
    await scene.start()
    telling.begin()
    await telling.look(4)
    assert pager.told == [("tracker-silent", "cases", False)]

    await scene.hear("cases", case="9", id="d2")
    await scene.engine.silence.listen()
    await telling.look()
    assert pager.told[1:] == [("tracker-silent", "cases", True)]


async def test_an_open_circuit_is_over_once_the_tracker_answers(
    scene: Scene, telling: Telling, pager: MemoryReceiver
) -> None:
    status = scene.engine.desk.status
    circuits: list[dict[str, str]] = [{"reason": "cases: 401"}]

    async def with_circuit() -> dict[str, Any]:
        told = await status()
        tracker = told["trackers"]["cases"]
        tracker["circuits"] = circuits
        one = {"cause": "circuit-open", "tracker": "cases", "text": "cases: 401"}
        return told | {"alerts": [one] if circuits else []}

    telling.notifier._status = with_circuit
    await telling.look()
    circuits.clear()
    await telling.look(4)
    assert pager.told == [("circuit-open", "cases", False)]

    scene.clock.advance(SECOND)
    scene.engine.means.gate.health(
        next(iter(scene.engine.means.roster.cases))
    ).last_answer = scene.clock.now()
    await telling.look()
    assert pager.told[1:] == [("circuit-open", "cases", True)]


async def test_a_store_that_is_away_is_told_of_and_nothing_else_ends_with_it(
    scene: Scene,
    telling: Telling,
    pager: MemoryReceiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dead = replace(await scene.store.counts(), dead=3)

    async def with_letters() -> Counts:
        return dead

    async def down(*_: Any) -> Any:
        raise StoreUnavailable("disk full")

    monkeypatch.setattr(scene.store, "counts", with_letters)
    await telling.look()
    with monkeypatch.context() as away:
        for name in ("counts", "commit", "mark"):
            away.setattr(scene.store, name, down)
        await telling.look(4)
    await telling.look(4)
    telling.begin()
    await telling.look(4)

    assert pager.told == [
        ("dead-letters", "", False),
        ("store-unavailable", "", False),
        ("store-unavailable", "", True),
    ]
    assert pager.took[0].text == "given up, for you to decide: 3"


async def test_only_who_leads_tells_and_who_takes_over_knows(
    scene: Scene, telling: Telling, pager: MemoryReceiver
) -> None:
    one = telling.notifier
    here, there = Led(leads=True), Led(leads=False)
    one._means = replace(telling.means, rights=here)
    telling.begin()
    other = telling.notifier
    other._means = replace(telling.means, rights=there)

    async def look_both() -> None:
        scene.clock.advance(TICK)
        await one.look()
        await other.look()

    refuse(scene)
    for _ in range(4):
        await look_both()
    assert pager.told == [BEGUN]
    here.leads, there.leads = False, True
    for _ in range(4):
        await look_both()
    assert pager.told == [BEGUN]
    load_well(scene)
    for _ in range(4):
        await look_both()
    assert pager.told == [BEGUN, OVER]

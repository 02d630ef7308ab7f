"""What is refused of one case delays none of its neighbours."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bridge.domain.model import State, StatusGroup, TrackerName
from bridge.engine.views import circuit_views
from bridge.ports.errors import ForbiddenError
from tests.engine.conftest import Scene

CASES = TrackerName("cases")
OPEN, _, CLOSED = StatusGroup
FOR_REVIEW, RESOLVED = State.FOR_REVIEW, State.RESOLVED


class OneForbidden:
    """The groups of one case may not be set."""

    def __init__(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self._set = scene.cases.set_group
        monkeypatch.setattr(scene.cases, "set_group", self.set_group)

    async def set_group(self, case: Any, group: StatusGroup) -> Any:
        if case == "cases:x":
            self.asked += 1
            raise ForbiddenError("cases: 403 not this one")
        return await self._set(case, group)


async def neighbours(scene: Scene, *names: str) -> None:
    """Linked and settled cases of one project."""
    await scene.start()
    for name in names:
        scene.cases.put(name, OPEN)
        scene.cases.cases[name] = replace(scene.cases.cases[name], project="SHOP")
        scene.errors.put(name, FOR_REVIEW)
        await scene.link(name, name)
    scene.clock.advance(timedelta(minutes=1))


async def edit(scene: Scene, name: str) -> None:
    """A person resolves an issue, or takes it up again."""
    is_resolved = scene.errors.state(name) is RESOLVED
    scene.errors.put(name, FOR_REVIEW if is_resolved else RESOLVED)
    await scene.hear("errors", issue=name, id=f"{name} {scene.clock.now()}")
    await scene.idle()


async def openings(scene: Scene, seen: set[datetime]) -> None:
    seen |= {each.since for each in scene.engine.means.gate.circuits.open.values()}


async def drift(scene: Scene, issue: str) -> str | None:
    desk = scene.engine.desk
    page = await desk.links(case=None, issue=issue, cursor=None, limit=1)
    told: str | None = page["items"][0]["drift"]
    return told


async def test_one_refusing_case_is_given_up_without_further_delay_of_neighbours(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await neighbours(scene, "x", "n")
    OneForbidden(scene, monkeypatch)
    seen: set[datetime] = set()
    await edit(scene, "x")
    delays = []
    for _ in range(6):
        for _ in range(40):
            await scene.pass_time(seconds=30)
            await openings(scene, seen)
        await edit(scene, "n")
        delays.append(not is_level(scene, "n"))
        await openings(scene, seen)

    assert len(seen) == 1
    assert not any(delays[1:])
    assert is_level(scene, "n")
    status = await scene.engine.desk.status()
    assert (status["dead"], status["parked"]) == (1, 0)
    assert status["trackers"]["cases"]["circuits"] == []
    assert "not this one" in (await drift(scene, "x") or "")
    assert await drift(scene, "n") is None


def is_level(scene: Scene, name: str) -> bool:
    is_resolved = scene.errors.state(name) is RESOLVED
    return (scene.cases.group(name) is CLOSED) == is_resolved


async def test_forbidden_assignees_hold_up_no_states(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def set_assignee(*_: object) -> None:
        raise ForbiddenError("cases: 403 assignees are not yours")

    scene.errors.join("errors-ann", "ann@example.com")
    scene.cases.join("cases-ann", "ann@example.com")
    await neighbours(scene, "a", "b")
    monkeypatch.setattr(scene.cases, "set_assignee", set_assignee)
    scene.errors.assign("a", "errors-ann")
    await edit(scene, "a")
    for _ in range(4):
        await scene.pass_time(seconds=20)
    (circuit,) = circuit_views(scene.engine.means.gate.circuits, CASES)
    assert circuit["writes"] == "assignees"

    await edit(scene, "b")

    assert is_level(scene, "a")
    assert is_level(scene, "b")


async def test_a_pass_that_needs_the_write_no_more_waits_for_no_circuit(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await neighbours(scene, "x")
    OneForbidden(scene, monkeypatch)
    await edit(scene, "x")
    for _ in range(4):
        await scene.pass_time(seconds=30)
    (circuit,) = circuit_views(scene.engine.means.gate.circuits, CASES)
    assert circuit["parked"] == 1

    await edit(scene, "x")
    await scene.pass_time(seconds=90)

    assert circuit_views(scene.engine.means.gate.circuits, CASES) == []


async def test_a_write_that_waited_long_goes_out_as_its_circuit_closes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await neighbours(scene, "a", "b")
    works = scene.cases.set_group

    async def set_group(*_: object) -> None:
        raise ForbiddenError("cases: 403 the key may not write")

    monkeypatch.setattr(scene.cases, "set_group", set_group)
    await edit(scene, "a")
    await edit(scene, "b")
    for _ in range(120):
        await scene.pass_time(seconds=60)
    assert not is_level(scene, "a")

    monkeypatch.setattr(scene.cases, "set_group", works)
    for _ in range(4):
        await scene.pass_time(seconds=30)

    assert is_level(scene, "a")
    assert is_level(scene, "b")

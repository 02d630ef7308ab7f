"""Lost permissions: one alert, a probe now and then, everything applied afterwards."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.model import Case, State, StatusGroup
from bridge.ports.errors import ForbiddenError
from bridge.transport.failures import UnauthenticatedError
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, RESOLVED = State.FOR_REVIEW, State.RESOLVED
CASES = 12


class Permissions:
    """Projects of the case tracker that nobody may touch at present."""

    def __init__(self, scene: Scene) -> None:
        self.forbidden: set[str] = set()
        self.asked = 0
        self._scene = scene
        self._get, self._set = scene.cases.get_case, scene.cases.set_group

    async def get_case(self, id_or_key: str) -> Case:
        self._check(id_or_key)
        return await self._get(id_or_key)

    async def set_group(self, case: Any, group: StatusGroup) -> Case:
        self._check(case.partition(":")[2])
        return await self._set(case, group)

    def _check(self, name: str) -> None:
        if self._scene.cases.cases[name].project in self.forbidden:
            self.asked += 1
            raise ForbiddenError("cases: 403 no permission")


@pytest.fixture
async def projects(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Permissions:
    """Twelve cases each in two projects, linked and settled."""
    permissions = Permissions(scene)
    monkeypatch.setattr(scene.cases, "get_case", permissions.get_case)
    monkeypatch.setattr(scene.cases, "set_group", permissions.set_group)
    await scene.start()
    for project in ("LOST", "KEPT"):
        for number in range(CASES):
            name = f"{project}-{number}"
            scene.cases.put(name, OPEN)
            scene.cases.cases[name] = replace(scene.cases.cases[name], project=project)
            scene.errors.put(name, FOR_REVIEW)
            await scene.link(name, name)
    scene.clock.advance(timedelta(minutes=1))
    return permissions


async def everything_is_resolved(scene: Scene, *, waves: int = 1) -> list[str]:
    ids: list[str] = []
    for project in ("LOST", "KEPT"):
        for number in range(CASES):
            name = f"{project}-{number}"
            scene.errors.put(name, RESOLVED)
            for wave in range(waves):
                heard = await scene.hear("errors", issue=name, id=f"{name}-{wave}")
                ids.append(heard)
    await scene.idle()
    return ids


def groups(scene: Scene, project: str) -> set[StatusGroup]:
    return {scene.cases.group(f"{project}-{n}") for n in range(CASES)}


async def circuits(scene: Scene) -> list[dict[str, Any]]:
    status = await scene.engine.desk.status()
    found: list[dict[str, Any]] = status["trackers"]["cases"]["circuits"]
    return found


async def test_a_lost_project_is_closed_off_once_and_the_others_go_on(
    scene: Scene, projects: Permissions
) -> None:
    projects.forbidden.add("LOST")

    await everything_is_resolved(scene)
    for _ in range(8):
        await scene.pass_time(seconds=15)

    assert groups(scene, "KEPT") == {CLOSED}
    assert groups(scene, "LOST") == {OPEN}
    (circuit,) = await circuits(scene)
    assert circuit["project"] == "LOST"
    assert circuit["parked"] == CASES
    status = await scene.engine.desk.status()
    assert status["parked"] == CASES
    assert status["dead"] == 0


async def test_requests_to_a_lost_project_fall_to_the_probe_rate(
    scene: Scene, projects: Permissions
) -> None:
    projects.forbidden.add("LOST")
    await everything_is_resolved(scene)
    for _ in range(4):
        await scene.pass_time(seconds=15)
    asked = projects.asked

    for _ in range(40):
        await scene.pass_time(seconds=15)

    assert 5 <= projects.asked - asked <= 25


async def test_everything_parked_is_applied_once_the_permission_is_back(
    scene: Scene, projects: Permissions
) -> None:
    projects.forbidden.add("LOST")
    deliveries = await everything_is_resolved(scene, waves=2)
    for _ in range(6):
        await scene.pass_time(seconds=15)

    projects.forbidden.clear()
    for _ in range(6):
        await scene.pass_time(seconds=15)
    await scene.quiet()

    assert groups(scene, "LOST") == {CLOSED}
    assert await circuits(scene) == []
    outcomes = {(await scene.event(each))["outcome"] for each in deliveries}
    assert outcomes <= {"applied", "no-op"}


async def test_one_forbidden_case_among_its_neighbours_is_its_own_trouble(
    scene: Scene, projects: Permissions, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = scene.cases.get_case

    async def get_case(id_or_key: str) -> Case:
        if id_or_key == "KEPT-3":
            raise ForbiddenError("cases: 403 not this one")
        return await read(id_or_key)

    monkeypatch.setattr(scene.cases, "get_case", get_case)
    scene.errors.put("KEPT-3", RESOLVED)
    await scene.hear("errors", issue="KEPT-3", id="forbidden")
    await scene.idle()
    scene.clock.advance(timedelta(seconds=1))
    await scene.hear("errors", issue="KEPT-4", id="neighbour")
    await scene.idle()
    for _ in range(4):
        await scene.pass_time(seconds=15)

    assert await circuits(scene) == []
    links = await scene.engine.desk.links(
        case=None, issue="KEPT-3", cursor=None, limit=1
    )
    assert "not this one" in links["items"][0]["drift"]


async def test_a_wrong_key_closes_the_whole_tracker_off(
    scene: Scene, projects: Permissions, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = scene.cases.get_case
    calls = 0

    async def get_case(id_or_key: str) -> Case:
        nonlocal calls
        calls += 1
        raise UnauthenticatedError("cases: 401 wrong key")

    monkeypatch.setattr(scene.cases, "get_case", get_case)
    await everything_is_resolved(scene)
    (circuit,) = await circuits(scene)
    assert (circuit["project"], circuit["reason"]) == (None, "cases: 401 wrong key")
    before = calls
    for _ in range(8):
        await scene.pass_time(seconds=15)
    assert calls - before <= 6

    monkeypatch.setattr(scene.cases, "get_case", read)
    for _ in range(8):
        await scene.pass_time(seconds=15)
    await scene.quiet()
    assert groups(scene, "KEPT") == groups(scene, "LOST") == {CLOSED}


async def test_a_restart_keeps_what_is_parked(
    scene: Scene, projects: Permissions
) -> None:
    projects.forbidden.add("LOST")
    await everything_is_resolved(scene)
    await scene.pass_time(seconds=20)
    await scene.stop()
    projects.forbidden.clear()

    await scene.start()
    scene.clock.advance(timedelta(minutes=2))
    await scene.idle()
    await scene.quiet()

    assert groups(scene, "LOST") == {CLOSED}

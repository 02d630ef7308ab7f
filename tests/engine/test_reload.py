"""Choices that are replaced while the engine runs."""

from dataclasses import replace

import pytest

from bridge.domain.model import Issue, IssueId, State, StatusGroup
from bridge.domain.policy import Direction
from bridge.engine.current import Choices
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


def choices(scene: Scene, state: Direction, version: str) -> Choices:
    policy = replace(scene.options.policy, state=state)
    return Choices(replace(scene.options, policy=policy), version)


async def test_the_next_pass_is_decided_by_the_new_choices(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)

    scene.engine.reload(choices(scene, Direction.ISSUE_TO_CASE, "second"))
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1", id="x")
    await scene.quiet()

    assert scene.errors.state("a") is FOR_REVIEW
    assert (await scene.event(delivery))["config"] == "second"
    status = await scene.engine.desk.status()
    assert status["config"] == "second"
    assert status["reload"] == {
        "ok": True,
        "error": None,
        "at": "2026-03-01T12:00:00Z",
        "restart_needed": [],
    }


async def test_a_pass_under_way_ends_by_the_choices_it_was_decided_by(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.engine.reload(choices(scene, Direction.TWO_WAY, "first"))
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1", id="x")
    write = scene.errors.set_state

    async def reload_first(issue: IssueId, state: State) -> Issue:
        scene.engine.reload(choices(scene, Direction.OFF, "second"))
        return await write(issue, state)

    monkeypatch.setattr(scene.errors, "set_state", reload_first)
    await scene.quiet()

    assert scene.errors.state("a") is RESOLVED
    assert (await scene.event(delivery))["config"] == "first"


async def test_a_refused_reload_leaves_all_as_it_was(scene: Scene) -> None:
    await scene.start()
    scene.engine.reload(choices(scene, Direction.TWO_WAY, "first"), ("server.port",))

    scene.engine.refuse_reload("config.toml: not TOML")

    status = await scene.engine.desk.status()
    assert status["config"] == "first"
    assert status["reload"]["ok"] is False
    assert status["reload"]["error"] == "config.toml: not TOML"

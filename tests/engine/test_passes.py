"""A delivery's journey: heard, looked at, decided, written, told."""

from collections.abc import Awaitable, Callable

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.commits import Commit
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def test_an_issue_that_was_reopened_reopens_its_case(scene: Scene) -> None:
    await scene.start()
    await scene.linked(CLOSED, a=RESOLVED, b=RESOLVED)
    scene.errors.put("a", FOR_REVIEW)

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert scene.cases.group("1") is OPEN
    assert scene.errors.state("b") is RESOLVED
    event = await scene.event(delivery)
    assert (event["outcome"], event["key"]) == ("applied", "cases:1")
    assert [a["kind"] for a in event["actions"]] == ["set_case_status"]
    assert event["actions"][0]["status"] == "done"
    assert (
        "errors:a was moved from RESOLVED to FOR_REVIEW"
        in (event["actions"][0]["reason"])
    )


async def test_the_echo_of_our_own_write_is_recognised(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="edit")
    await scene.quiet()
    writes = scene.errors.writes

    echo = await scene.hear("errors", issue="a", id="echo")
    await scene.quiet()

    assert scene.errors.state("a") is RESOLVED
    assert scene.errors.writes == writes == 1
    event = await scene.event(echo)
    assert event["outcome"] == "no-op"
    assert event["reason"].startswith("echo")


@pytest.mark.parametrize(("issues", "commits"), [(1, 2), (3, 5)])
async def test_the_only_write_of_a_pass_is_kept_with_its_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, issues: int, commits: int
) -> None:
    await scene.start()
    await scene.linked(OPEN, **{f"i{n}": FOR_REVIEW for n in range(issues)})
    kept: list[Commit] = []
    commit: Callable[[Commit], Awaitable[None]] = scene.store.commit

    async def noted(one: Commit) -> None:
        kept.append(one)
        await commit(one)

    monkeypatch.setattr(scene.engine.means.store, "commit", noted)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.quiet()

    assert len(kept) == commits
    assert [action.status for action in kept[-1].actions] == (
        ["done"] if issues == 1 else []
    )
    assert {scene.errors.state(f"i{n}") for n in range(issues)} == {RESOLVED}

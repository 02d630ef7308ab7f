"""An issue in a state that the bridge does not know: told of, and never touched."""

from typing import Any

from bridge.domain.model import Issue, IssueId, State, StatusGroup, own_id
from bridge.ports.errors import PermanentError
from tests.engine.conftest import Scene
from tests.engine.creating import AUTO, made, new_issue, ruled
from tests.fakes import MemoryIssues

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


class OddIssues(MemoryIssues):
    """Issues some of which are in a state of which nobody has heard."""

    odd: frozenset[str] = frozenset()

    async def get_issue(self, issue: IssueId) -> Issue:
        if own_id(issue) in self.odd:
            raise PermanentError("errors: a state we do not know: 'ARCHIVED_V2'")
        return await super().get_issue(issue)


async def dead(scene: Scene) -> list[dict[str, Any]]:
    page = await scene.engine.desk.dead(cursor=None, limit=10)
    items: list[dict[str, Any]] = page["items"]
    return items


async def test_one_without_a_case_is_ignored_by_reason(scene: Scene) -> None:
    errors = scene.errors = OddIssues(scene.clock)
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    errors.odd = frozenset("a")

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    event = await scene.event(delivery)
    assert event["outcome"] == "ignored"
    assert "'ARCHIVED_V2'" in event["reason"]
    status = await scene.engine.desk.status()
    assert (status["dead"], status["alerts"]) == (0, [])
    assert await dead(scene) == []


async def test_one_gets_its_case_once_its_state_is_known(scene: Scene) -> None:
    errors = scene.errors = OddIssues(scene.clock)
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    errors.odd = frozenset("a")
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    assert made(scene) == []

    errors.odd = frozenset()
    await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert len(made(scene)) == 1


async def test_one_that_is_gone_before_it_was_looked_at_is_ignored(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)

    delivery = await scene.hear("errors", issue="never-was")
    await scene.quiet()

    event = await scene.event(delivery)
    assert event["outcome"] == "ignored"
    assert "no issue never-was" in event["reason"]

"""An issue in a state that the bridge does not know: told of, and never touched."""

from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.model import Issue, IssueId, State, StatusGroup, own_id
from bridge.ports.errors import TransientError, UnknownWordError
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
            raise UnknownWordError("errors: a state we do not know: 'ARCHIVED_V2'")
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


@pytest.fixture
async def errors(scene: Scene) -> OddIssues:
    """A case with two issues, the second of which has just become odd."""
    made_odd = scene.errors = OddIssues(scene.clock)
    await scene.start(poll_interval=timedelta(minutes=1))
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.clock.advance(timedelta(hours=1))
    made_odd.odd = frozenset("b")
    return made_odd


async def test_the_event_of_a_linked_one_names_the_state(
    scene: Scene, errors: OddIssues
) -> None:
    delivery = await scene.hear("errors", issue="b")
    await scene.quiet()

    event = await scene.event(delivery)
    assert event["outcome"] == "ignored"
    assert "errors:b is not looked at" in event["reason"]
    assert "'ARCHIVED_V2'" in event["reason"]
    assert scene.cases.writes == errors.writes == 0


async def test_a_move_of_the_case_leaves_it_alone(
    scene: Scene, errors: OddIssues
) -> None:
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1")
    await scene.quiet()

    assert [errors.state(name) for name in "ab"] == [RESOLVED, FOR_REVIEW]
    event = await scene.event(delivery)
    assert event["outcome"] == "applied"
    assert "errors:b is left as it is" in event["reason"]
    assert "'ARCHIVED_V2'" in event["reason"]
    assert await dead(scene) == []


async def test_looking_again_finds_nothing_to_do_about_it(
    scene: Scene, errors: OddIssues
) -> None:
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.quiet()
    before = await scene.engine.desk.events(case=None, cursor=None, limit=100)

    await scene.pass_time(minutes=3)

    after = await scene.engine.desk.events(case=None, cursor=None, limit=100)
    assert len(after["items"]) == len(before["items"])
    assert errors.calls["set_state"] == 1


async def test_it_follows_its_case_once_its_state_is_known(
    scene: Scene, errors: OddIssues
) -> None:
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.quiet()

    errors.odd = frozenset()
    await scene.pass_time(minutes=3)

    assert errors.state("b") is RESOLVED
    desk = scene.engine.desk
    page = await desk.links(case=None, issue="b", cursor=None, limit=1)
    assert page["items"][0]["drift"] is None


async def test_a_person_who_moves_it_to_a_known_state_leads(
    scene: Scene, errors: OddIssues
) -> None:
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.quiet()

    errors.odd = frozenset()
    errors.put("b", REVIEWED)
    await scene.hear("errors", issue="b")
    await scene.quiet()

    assert errors.state("b") is REVIEWED
    assert scene.cases.group("1") is IN_PROGRESS


async def test_a_neighbour_that_fails_for_now_does_not_make_its_event_dead(
    scene: Scene, errors: OddIssues
) -> None:
    errors.fail("set_state", TransientError("errors: busy"))
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    await scene.pass_time(seconds=10)

    assert errors.state("a") is RESOLVED
    assert (await scene.event(delivery))["outcome"] == "applied"

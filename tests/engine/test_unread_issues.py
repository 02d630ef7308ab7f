"""An issue that cannot be read for now holds up neither case nor neighbours."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.model import Issue, IssueId, State, StatusGroup, own_id
from bridge.ports.errors import TransientError
from tests.engine.conftest import Scene
from tests.fakes import MemoryIssues

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


class SickIssues(MemoryIssues):
    """Issues some of which answer 500."""

    sick: frozenset[str] = frozenset()

    async def get_issue(self, issue: IssueId) -> Issue:
        if own_id(issue) in self.sick:
            raise TransientError("errors: get_issue: 500")
        return await super().get_issue(issue)


@pytest.fixture
async def errors(scene: Scene) -> SickIssues:
    """A case of Ann's with three issues, of which c has just fallen sick."""
    made = scene.errors = SickIssues(scene.clock)
    for tracker in (made, scene.cases):
        tracker.join(f"{tracker.name}-ann", "ann@example.com")
    await scene.start(retry_for=timedelta(hours=1))
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW, c=FOR_REVIEW)
    scene.cases.assign("1", "cases-ann")
    await scene.hear("cases", case="1", id="ann")
    await scene.quiet()
    scene.clock.advance(timedelta(minutes=1))
    made.sick = frozenset("c")
    return made


async def link_of(scene: Scene, issue: str) -> dict[str, Any]:
    desk = scene.engine.desk
    page = await desk.links(case=None, issue=issue, cursor=None, limit=1)
    item: dict[str, Any] = page["items"][0]
    return item


async def test_its_neighbours_still_sync_and_it_follows_later(
    scene: Scene, errors: SickIssues
) -> None:
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1")
    await scene.idle()

    assert [errors.state(name) for name in "abc"] == [RESOLVED, RESOLVED, FOR_REVIEW]
    assert (await link_of(scene, "c"))["drift"] is None

    errors.sick = frozenset()
    await scene.pass_time(seconds=30)
    assert errors.state("c") is RESOLVED
    assert (await scene.event(delivery))["outcome"] == "applied"


async def test_its_silence_is_nobodys_edit(scene: Scene, errors: SickIssues) -> None:
    errors.put("a", REVIEWED)
    errors.put("b", REVIEWED)
    await scene.hear("errors", issue="a")
    await scene.idle()

    assert scene.cases.group("1") is OPEN
    assert scene.cases.assignee("1") == "cases-ann"
    assert {errors.assignee(name) for name in "abc"} == {"errors-ann"}


async def test_what_is_heard_of_it_waits_until_it_can_be_read(
    scene: Scene, errors: SickIssues
) -> None:
    errors.put("c", RESOLVED)
    delivery = await scene.hear("errors", issue="c")
    await scene.idle()
    assert (await scene.event(delivery))["outcome"] is None

    for name in "ab":
        errors.put(name, RESOLVED)
    errors.sick = frozenset()
    await scene.pass_time(seconds=30)
    assert scene.cases.group("1") is CLOSED
    assert (await scene.event(delivery))["outcome"] == "applied"


async def test_it_is_given_up_after_the_deadline_and_the_others_go_on(
    scene: Scene, errors: SickIssues
) -> None:
    delivery = await scene.hear("errors", issue="c")
    await scene.idle()
    for _ in range(12):
        await scene.pass_time(minutes=10)
    assert (await scene.event(delivery))["outcome"] == "dead"

    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.idle()
    assert (errors.state("a"), errors.state("b")) == (RESOLVED, RESOLVED)


async def test_an_edit_that_was_not_seen_meanwhile_wins_over_what_waits(
    scene: Scene, errors: SickIssues
) -> None:
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.idle()
    errors.put("c", REVIEWED)
    errors.sick = frozenset()
    await scene.pass_time(seconds=30)

    assert errors.state("c") is REVIEWED
    assert scene.cases.group("1") is IN_PROGRESS


async def test_where_no_neighbour_answers_nothing_is_decided(
    scene: Scene, errors: SickIssues
) -> None:
    errors.sick = frozenset("abc")
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.idle()
    assert errors.calls["set_state"] == 0

    errors.sick = frozenset()
    await scene.pass_time(seconds=30)
    assert {errors.state(name) for name in "abc"} == {RESOLVED}


async def test_a_plan_says_what_could_not_be_looked_at(
    scene: Scene, errors: SickIssues
) -> None:
    plan = await scene.engine.desk.plan("cases:1")
    assert plan["notes"] == ["errors:c is not looked at: errors: get_issue: 500"]


async def test_an_issue_to_adopt_that_cannot_be_read_is_adopted_later(
    scene: Scene, errors: SickIssues
) -> None:
    errors.put("d", FOR_REVIEW)
    errors.sick = frozenset("d")
    shown = scene.cases.cases["1"]
    scene.cases.cases["1"] = replace(shown, issues=(*shown.issues, "d"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="1")
    await scene.idle()
    assert errors.state("a") is RESOLVED

    errors.sick = frozenset()
    await scene.hear("cases", case="1", id="2")
    await scene.quiet()
    assert errors.state("d") is RESOLVED

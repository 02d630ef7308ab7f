"""Assignees on their way: found by address, written, read back, kept when unknown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.model import Person, State, StatusGroup
from bridge.domain.people import People
from bridge.domain.policy import Policy
from bridge.engine.current import Choices
from bridge.ports.errors import PermanentError, TransientError
from tests.engine.conftest import Scene

OPEN = StatusGroup.OPEN
FOR_REVIEW = State.FOR_REVIEW


@pytest.fixture
async def team(scene: Scene) -> Scene:
    """Ann and Bob have accounts on both sides; the case and two issues are Ann's."""
    for tracker in (scene.errors, scene.cases):
        for name in ("ann", "bob"):
            tracker.join(f"{tracker.name}-{name}", f"{name}@example.com")
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.cases.assign("1", "cases-ann")
    await scene.hear("cases", case="1", id="ann")
    await scene.quiet()
    scene.clock.advance(timedelta(minutes=1))
    return scene


def everybody(scene: Scene) -> set[str]:
    found = [scene.errors.assignee("a"), scene.errors.assignee("b")]
    found.append(scene.cases.assignee("1"))
    return {(person or "-nobody").partition("-")[2] for person in found}


async def test_an_assigned_case_assigns_its_issues(team: Scene) -> None:
    assert everybody(team) == {"ann"}


async def test_an_assigned_issue_assigns_case_and_other_issues(team: Scene) -> None:
    team.errors.assign("b", "errors-bob")
    delivery = await team.hear("errors", issue="b")
    await team.quiet()

    assert everybody(team) == {"bob"}
    event = await team.event(delivery)
    assert [(a["kind"], a["value"]) for a in event["actions"]] == [
        ("set_case_assignee", "bob@example.com"),
        ("set_issue_assignee", "bob@example.com"),
    ]


async def test_unassigning_anywhere_unassigns_everywhere(team: Scene) -> None:
    team.errors.assign("a", None)
    await team.hear("errors", issue="a")
    await team.quiet()

    assert everybody(team) == {"nobody"}


@pytest.mark.parametrize(
    ("email", "how"),
    [
        ("", "hidden"),
        ("twice@example.com", "two accounts"),
        ("unproven@example.com", "unverified"),
        ("left@example.com", "deactivated"),
    ],
)
async def test_somebody_who_cannot_be_matched_leaves_the_old_assignee(
    team: Scene, email: str, how: str
) -> None:
    team.cases.join("t1", "twice@example.com")
    team.cases.join("t2", "twice@example.com")
    team.cases.join("u1", "unproven@example.com", is_verified=False)
    team.cases.join("l1", "left@example.com", is_active=False)
    team.errors.join("errors-new", email)
    team.errors.assign("a", "errors-new")
    delivery = await team.hear("errors", issue="a", id="1")
    await team.quiet()
    for again in ("2", "3"):
        await team.hear("errors", issue="a", id=again)
        await team.quiet()

    assert team.cases.assignee("1") == "cases-ann", how
    event = await team.event(delivery)
    assert "not assigned in cases" in event["reason"] + " ".join(event["notes"])
    status = await team.engine.desk.status()
    assert len(status["unmatched_people"]) == 1


async def test_the_letter_case_of_an_address_does_not_matter(team: Scene) -> None:
    team.errors.join("errors-loud", "BOB@EXAMPLE.COM")
    team.errors.assign("a", "errors-loud")
    await team.hear("errors", issue="a")
    await team.quiet()

    assert team.cases.assignee("1") == "cases-bob"


async def test_the_table_of_people_joins_addresses_and_is_taken_up_later(
    team: Scene,
) -> None:
    team.errors.join("errors-jane", "jane@example.com")
    team.cases.join("cases-jane", "jane.doe@corp.example")
    team.errors.assign("a", "errors-jane")
    await team.hear("errors", issue="a", id="1")
    await team.quiet()
    assert team.cases.assignee("1") == "cases-ann"

    people = People.of([["jane@example.com", "jane.doe@corp.example"]])
    team.take(policy=Policy(people=people))
    await team.hear("cases", case="1", id="2")
    await team.quiet()

    assert team.cases.assignee("1") == "cases-jane"
    assert (await team.engine.desk.status())["unmatched_people"] == []


async def test_a_reloaded_table_of_people_is_taken_up_without_any_edit(
    team: Scene,
) -> None:
    team.errors.join("errors-jane", "jane@example.com")
    team.cases.join("cases-jane", "jane.doe@corp.example")
    team.errors.assign("a", "errors-jane")
    await team.hear("errors", issue="a", id="1")
    await team.quiet()
    people = People.of([["jane@example.com", "jane.doe@corp.example"]])
    options = replace(team.engine.means.options, policy=Policy(people=people))

    team.engine.reload(Choices(options, "second"))
    for _ in range(20):
        await team.pass_time(seconds=1)

    assert team.cases.assignee("1") == "cases-jane"


async def test_a_tracker_that_says_done_but_shows_somebody_else_is_not_believed(
    team: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ignore(case: Any, person: str | None) -> Any:
        return team.cases.cases["1"]

    monkeypatch.setattr(team.cases, "set_assignee", ignore)
    team.errors.assign("a", "errors-bob")
    delivery = await team.hear("errors", issue="a")
    await team.idle()
    for _ in range(3):
        await team.pass_time(seconds=10)

    event = await team.event(delivery)
    assert event["outcome"] == "dead"
    assert "shows ann@example.com" in event["reason"]


async def test_a_refused_assignee_does_not_keep_the_state_from_travelling(
    team: Scene,
) -> None:
    team.cases.fail("set_assignee", PermanentError("cases: no such role"))
    team.errors.assign("a", "errors-bob")
    team.errors.put("a", State.RESOLVED)
    team.errors.put("b", State.RESOLVED)
    await team.hear("errors", issue="a")
    await team.quiet()

    assert team.cases.group("1") is StatusGroup.CLOSED
    links = await team.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=9
    )
    assert "no such role" in links["items"][0]["drift"]


async def test_accounts_are_remembered_between_passes(team: Scene) -> None:
    for number, name in enumerate(("errors-bob", "errors-ann") * 3):
        team.errors.assign("a", name)
        await team.hear("errors", issue="a", id=str(number))
        await team.quiet()
        team.clock.advance(timedelta(seconds=30))

    assert team.cases.calls["find_people"] <= 2


async def test_people_seen_in_answers_count_where_nobody_can_be_looked_up(
    team: Scene,
) -> None:
    async def nobody(email: str) -> tuple[Person, ...]:
        return ()

    team.cases.find_people = nobody  # type: ignore[method-assign]
    team.errors.assign("a", "errors-bob")
    await team.hear("errors", issue="a", id="1")
    await team.quiet()
    assert team.cases.assignee("1") == "cases-ann"

    team.cases.put("2", OPEN)
    team.cases.assign("2", "cases-bob")
    team.errors.put("c", FOR_REVIEW)
    await team.link("c", "2")
    team.clock.advance(timedelta(minutes=2))
    await team.hear("cases", case="1", id="2")
    await team.quiet()

    assert team.cases.assignee("1") == "cases-bob"


async def test_people_who_cannot_be_looked_up_hold_up_nothing_else(
    team: Scene,
) -> None:
    team.cases.fail("find_people", *[TransientError("cases: find_people: 503")] * 2)
    for issue in ("a", "b"):
        team.errors.put(issue, State.RESOLVED)
    team.errors.assign("a", "errors-bob")
    delivery = await team.hear("errors", issue="a")
    await team.idle()

    assert team.cases.group("1") is StatusGroup.CLOSED
    assert team.errors.assignee("b") == "errors-bob"
    assert team.cases.assignee("1") == "cases-ann"
    event = await team.event(delivery)
    assert event["outcome"] == "applied"
    assert "not assigned yet: cases: find_people: 503" in event["notes"]
    assert (await team.engine.desk.status())["unmatched_people"] == []

    for _ in range(2):
        await team.pass_time(seconds=20)
    assert everybody(team) == {"bob"}
    assert (await team.engine.desk.status())["settled"]

"""Assignees, rules and dry runs, from every door by which an edit is heard of."""

import pytest

from tests.e2e.doors.hands import assign, raise_issue
from tests.e2e.doors.knocking import (
    HEARING,
    WEBHOOK,
    cause_at,
    doors,
    dry_doors,
    in_town,
)
from tests.e2e.doors.town import POLL, Town
from tests.e2e.processes import until

pytestmark = in_town

OPEN, REVIEWED, RESOLVED = "OPEN", "ACKNOWLEDGED", "RESOLVED"


@doors(*HEARING)
@pytest.mark.parametrize("place", ["case", "issue"])
async def test_an_assignee_chosen_anywhere_is_everywhere(
    town: Town, door: str, place: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)

    await assign(town, door, case if place == "case" else issues[0], "Bob")
    await town.ends(case, issues)

    assert await town.assignees(case, *issues) == ["Bob"] * 3


@doors(*HEARING)
async def test_nobody_chosen_anywhere_is_nobody_everywhere(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)
    await assign(town, WEBHOOK, case, "Bob")
    await town.ends(case, issues)

    await assign(town, door, issues[1], "")
    await town.hears_of(case, 2)
    await town.answered(case)

    assert await town.assignees(case, *issues) == [None] * 3


@doors(*HEARING)
async def test_somebody_without_an_account_in_use_leaves_the_old_one(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)
    await assign(town, door, case, "Ann")
    await town.ends(case, issues)

    await assign(town, door, case, "Dan")
    await town.hears_of(case, 2)
    await town.answered(case)

    assert await town.assignees(case, *issues) == ["Dan", "Ann", "Ann"]
    status = await town.world.ask("GET", "status")
    assert [one["person"] for one in status["unmatched_people"]] == ["dan@example.com"]


@doors(*HEARING)
async def test_a_new_issue_gets_its_case_by_the_rule(town: Town, door: str) -> None:
    issue = await raise_issue(town, door, "auto")

    case = await town.gets_case(issue)

    assert await town.look(case, [issue]) == ("In Progress", [REVIEWED])
    assert (await town.see())[case]["project"] == "SHOP"


@doors(*HEARING)
async def test_a_new_issue_that_no_rule_wants_gets_no_case(
    town: Town, door: str
) -> None:
    other = await raise_issue(town, door, "some")
    issue = await raise_issue(town, door, "auto")

    await town.gets_case(issue)
    await until(town.world.is_settled)

    assert await town.case_of(other) is None


@dry_doors(*HEARING)
async def test_a_dry_run_tells_what_it_would_do_and_does_not(
    dry: Town, door: str
) -> None:
    case, issues = dry.staged[f"move {door}"]
    if door == POLL:
        for issue in issues:
            await dry.edit("set_issue_state", issue=issue, state=REVIEWED)
        wanted = [("set_case_status", "IN_PROGRESS", "would")]
    else:
        async with dry.at_page(door):
            await dry.move_case(door, case, "Closed")
            await dry.shows(case, "Closed")
        wanted = [("set_issue_state", "RESOLVED", "would")] * 2

    async def is_told() -> bool:
        told = [
            [(each["kind"], each["value"], each["status"]) for each in one["actions"]]
            for one in await dry.events(case)
            if one["cause"] == cause_at(door) and one["dry_run"]
        ]
        return wanted in told

    await until(is_told)

    seen = await dry.see()
    assert (seen[case]["status"] == "Open") == (door == POLL)
    assert (seen[issues[0]]["state"] == OPEN) == (door != POLL)

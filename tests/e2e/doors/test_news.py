"""Assignees, comments, rules, dry runs and what is gone, by webhook, timer and page."""

import pytest

from tests.e2e.doors.knocking import (
    HEARING,
    WEBHOOK,
    doors,
    dry_doors,
    in_dry_town,
    in_town,
)
from tests.e2e.doors.town import PAGE, POLL, Town
from tests.e2e.processes import until

pytestmark = in_town

OPEN, REVIEWED, RESOLVED = "OPEN", "ACKNOWLEDGED", "RESOLVED"


async def assign(town: Town, door: str, thing: str, name: str) -> None:
    """A person assigns an issue or a case; to nobody for no name."""
    user = await town.user(name) if name else None
    is_case = "key" in (await town.see())[thing]
    if door == PAGE:
        shown = town.side(thing) if is_case else town.row(thing)
        await shown.get_by_label("Assignee of").select_option(user or "")
    elif is_case:
        await town.edit("assign_case", case=thing, user=user)
    else:
        await town.edit("assign_issue", issue=thing, user=user)


async def say(town: Town, door: str, thing: str, text: str) -> None:
    """A person comments on an issue or a case."""
    is_case = "key" in (await town.see())[thing]
    if door == PAGE:
        shown = town.side(thing) if is_case else town.row(thing)
        await shown.get_by_label("Comments on").click()
        await shown.get_by_label("Write on").fill(text)
        await shown.get_by_role("button", name="Send").click()
    elif is_case:
        await town.edit("comment", case=thing, text=text)
    else:
        await town.edit("comment_issue", issue=thing, text=text)


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


@doors(WEBHOOK, POLL)
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
async def test_a_comment_on_an_issue_is_copied_to_the_case_and_the_others(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)

    await say(town, door, issues[0], "it is the cache")

    await town.reads("it is the cache", {case: 1, issues[0]: 1, issues[1]: 1})


@doors(*HEARING)
async def test_a_comment_on_a_case_is_copied_to_its_issues(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)

    await say(town, door, case, "rolled back")

    await town.reads("rolled back", {case: 1, issues[0]: 1, issues[1]: 1})


@doors(WEBHOOK, POLL)
async def test_an_edited_comment_is_edited_everywhere_and_a_deleted_one_deleted(
    town: Town, door: str
) -> None:
    case, (issue,) = await town.linked("Open", OPEN)
    said = await town.edit("comment", case=case, text="first words")
    await town.reads("first words", {case: 1, issue: 1})

    await town.edit("edit_comment", case=case, comment=said, text="second thoughts")
    await town.tell(door, case)
    await town.reads("second thoughts", {case: 1, issue: 1})
    await town.reads("first words", {case: 0, issue: 0})

    await town.edit("delete_comment", case=case, comment=said)
    await town.tell(door, case)
    await town.reads("second thoughts", {case: 0, issue: 0})


@in_dry_town
async def test_comments_off_is_said_when_a_comment_stays_where_it_is(
    dry: Town,
) -> None:
    case, issues = dry.staged[1]
    await dry.edit("comment", case=case, text="for nobody else")

    async def is_said() -> bool:
        notes = [note for one in await dry.events(case) for note in one["notes"]]
        reasons = [one["reason"] or "" for one in await dry.events(case)]
        return any("cannot hold comments" in each for each in notes + reasons)

    await until(is_said)

    assert (await dry.see())[issues[0]]["comments"] == []


@doors(WEBHOOK, POLL)
async def test_a_new_issue_gets_its_case_by_the_rule(town: Town, door: str) -> None:
    issue = await town.issue(service="auto")

    case = await town.gets_case(issue)

    assert await town.look(case, [issue]) == ("In Progress", [REVIEWED])
    assert (await town.see())[case]["project"] == "SHOP"


@doors(WEBHOOK, POLL)
async def test_a_new_issue_that_no_rule_wants_gets_no_case(
    town: Town, door: str
) -> None:
    other = await town.issue(service="some")
    issue = await town.issue(service="auto")

    await town.gets_case(issue)
    await until(town.world.is_settled)

    assert await town.case_of(other) is None


@doors(WEBHOOK, POLL)
async def test_an_issue_that_is_gone_is_marked_and_the_others_go_on(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)

    await town.edit("delete_issue", issue=issues[0])
    await town.tell(door, case)
    await town.is_gone(issues[0], "not found")

    await town.edit("set_case_status", case=case, status_name="Closed")
    assert await town.ends(case, issues[1:]) == ("Closed", [RESOLVED])


@doors(WEBHOOK, POLL)
@pytest.mark.parametrize("end", ["archived", "merged"])
async def test_a_case_that_is_out_of_use_is_marked_and_nothing_is_written(
    town: Town, door: str, end: str
) -> None:
    case, (issue,) = await town.linked("Open", OPEN)

    if end == "archived":
        await town.edit("archive", case=case)
    else:
        await town.edit("merge", case=case, into=await town.case())
    await town.tell(door, case)
    await town.is_gone(issue, end)
    await town.edit("set_issue_state", issue=issue, state=RESOLVED)
    await town.tell(door, case)
    await until(town.world.is_settled)

    seen = await town.see()
    assert (seen[issue]["state"], seen[case]["status"]) == (RESOLVED, "Open")


@dry_doors(WEBHOOK, POLL)
async def test_a_dry_run_tells_what_it_would_do_and_does_not(
    dry: Town, door: str
) -> None:
    case, issues = dry.staged[2 if door == WEBHOOK else 3]
    if door == WEBHOOK:
        await dry.edit("set_case_status", case=case, status_name="Closed")
        wanted = [("set_issue_state", "RESOLVED", "would")] * 2
    else:
        for issue in issues:
            await dry.edit("set_issue_state", issue=issue, state=REVIEWED)
        wanted = [("set_case_status", "IN_PROGRESS", "would")]

    async def is_told() -> bool:
        cause = "delivery" if door == WEBHOOK else "poll"
        told = [
            [(each["kind"], each["value"], each["status"]) for each in one["actions"]]
            for one in await dry.events(case)
            if one["cause"] == cause and one["dry_run"]
        ]
        return wanted in told

    await until(is_told)

    seen = await dry.see()
    assert (seen[case]["status"] == "Open") == (door == POLL)
    assert (seen[issues[0]]["state"] == OPEN) == (door == WEBHOOK)

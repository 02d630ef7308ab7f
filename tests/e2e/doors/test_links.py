"""Linked, unlinked, given a case: from every door by which the bridge can be asked."""

from tests.e2e.doors.asking import create, link, meanwhile_linked, noted, plan, unlink
from tests.e2e.doors.knocking import ASKING, doors, dry_doors, in_town
from tests.e2e.doors.town import PAGE, Town

pytestmark = in_town

OPEN, REVIEWED, RESOLVED, IGNORED = "OPEN", "ACKNOWLEDGED", "RESOLVED", "IGNORED"


@doors(*ASKING)
async def test_row_3_for_review_linked_to_a_closed_case_is_resolved(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Closed", RESOLVED, IGNORED)
    new = await town.issue(OPEN)

    await link(town, door, new, case)
    await town.has_case(new, case)

    states = [RESOLVED, IGNORED, RESOLVED]
    assert await town.look(case, [*issues, new]) == ("Closed", states)


@doors(*ASKING)
async def test_row_4_resolved_linked_to_an_open_case_changes_nothing(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)
    new = await town.issue(RESOLVED)

    await link(town, door, new, case)
    await town.has_case(new, case)

    assert await town.look(case, [*issues, new]) == ("Open", [OPEN, OPEN, RESOLVED])


@doors(*ASKING)
async def test_a_newcomer_takes_the_assignee_of_the_case(town: Town, door: str) -> None:
    case, _ = await town.linked("Open", OPEN)
    new, bob = await town.issue(), await town.user("Bob")
    await town.edit("assign_case", case=case, user=bob)

    await link(town, door, new, case)
    await town.has_case(new, case)
    await town.answered(case)

    assert await town.assignees(case, new) == ["Bob", "Bob"]


@doors(*ASKING)
async def test_a_case_of_nobody_takes_the_assignee_of_a_newcomer(
    town: Town, door: str
) -> None:
    case, (old,) = await town.linked("Open", OPEN)
    new, bob = await town.issue(), await town.user("Bob")
    await town.edit("assign_issue", issue=new, user=bob)

    await link(town, door, new, case)
    await town.has_case(new, case)
    await town.answered(case)

    assert await town.assignees(case, old, new) == ["Bob", "Bob", "Bob"]


@doors(*ASKING)
async def test_a_second_link_is_refused_and_names_the_case(
    town: Town, door: str
) -> None:
    case, _ = await town.linked("Open", OPEN)
    other, _ = await town.linked("Closed", RESOLVED)
    key = (await town.see())[case]["key"]
    issue = await town.issue(OPEN)

    async with meanwhile_linked(town, door, issue, case):
        why = await link(town, door, issue, other) or await noted(town)

    assert f"has the case cases:{case} ({key}) already" in why
    assert await town.case_of(issue) == case
    assert await town.look(case, [issue]) == ("Open", [OPEN])


@doors(*ASKING)
async def test_an_issue_that_has_a_case_is_given_no_other(
    town: Town, door: str
) -> None:
    case, _ = await town.linked("Open", OPEN)
    issue = await town.issue(OPEN)
    before = len(await town.see())

    async with meanwhile_linked(town, door, issue, case):
        why = await create(town, door, issue) or await noted(town)

    assert f"has the case cases:{case}" in why
    assert len(await town.see()) == before


@doors(*ASKING)
async def test_unlinking_changes_nothing_else_then_or_later(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)

    await unlink(town, door, issues[1])
    await town.has_case(issues[1], None)
    assert await town.look(case, issues) == ("Open", [OPEN, OPEN])

    await town.edit("set_case_status", case=case, status_name="Closed")
    assert await town.ends(case, issues) == ("Closed", [RESOLVED, OPEN])


@doors(*ASKING)
async def test_a_case_made_from_an_issue_is_in_progress_and_the_issue_reviewed(
    town: Town, door: str
) -> None:
    issue = await town.issue()

    await create(town, door, issue)
    case = await town.gets_case(issue)

    assert await town.look(case, [issue]) == ("In Progress", [REVIEWED])
    made = (await town.see())[case]
    assert (made["project"], made["issues"]) == ("ET", [issue])


@doors(*ASKING)
async def test_a_case_is_made_in_the_project_of_its_rule(town: Town, door: str) -> None:
    issue = await town.issue(service="ruled")

    await create(town, door, issue, "ET")
    case = await town.gets_case(issue)

    assert (await town.see())[case]["project"] == "SHOP"


@doors(*ASKING)
async def test_a_case_is_made_in_the_given_project_where_no_rule_matches(
    town: Town, door: str
) -> None:
    issue = await town.issue()

    await create(town, door, issue, "SHOP")
    case = await town.gets_case(issue)

    assert (await town.see())[case]["project"] == "SHOP"


@dry_doors(*ASKING)
async def test_a_plan_says_what_would_be_done_and_does_nothing(
    dry: Town, door: str
) -> None:
    case, issues = dry.staged["plan"]
    async with dry.at_page(door):
        planned = await plan(dry, door, case)

    seen = await dry.see()
    names = "title" if door == PAGE else "id"
    assert planned == {(seen[issue][names], "resolved") for issue in issues}
    seen = await dry.see()
    assert [seen[issue]["state"] for issue in issues] == [OPEN, OPEN]

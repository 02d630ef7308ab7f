"""Linked, unlinked, given a case: from every door by which the bridge can be asked."""

from tests.e2e.doors.knocking import API, ASKING, CLI, doors, dry_doors, in_town
from tests.e2e.doors.town import PAGE, Town

pytestmark = in_town

OPEN, REVIEWED, RESOLVED, IGNORED = "OPEN", "ACKNOWLEDGED", "RESOLVED", "IGNORED"


async def link(town: Town, door: str, issue: str, case: str) -> str:
    """Ask for a link; why it was refused, or nothing."""
    names = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
    if door == API:
        return await ask(town, "POST", "links", names)
    if door == CLI:
        status, _, why = await town.command("link", names["issue"], names["case"])
        assert status == (1 if why else 0)
        return why
    await town.row(issue).get_by_label("to a case").select_option(case)
    return ""


async def unlink(town: Town, door: str, issue: str) -> None:
    name = f"errors:{issue}"
    if door == API:
        assert await ask(town, "DELETE", f"links/{name}") == ""
    elif door == CLI:
        status, _, why = await town.command("unlink", name)
        assert (status, why) == (0, "")
    else:
        await town.row(issue).get_by_role("button", name="unlink").click()


async def create(town: Town, door: str, issue: str, project: str = "") -> str:
    """Ask for a case of its own; why it was refused, or nothing."""
    name = f"errors:{issue}"
    if door == API:
        asked = {"issue": name, "project": project} if project else {"issue": name}
        return await ask(town, "POST", "cases", asked)
    if door == CLI:
        given = ["--project", project] if project else []
        status, _, why = await town.command("create", name, *given)
        assert status == (1 if why else 0)
        return why
    await town.row(issue).get_by_role("button", name="create case").click()
    return ""


async def ask(town: Town, method: str, path: str, body: object = None) -> str:
    world = town.world
    url = f"{world.bridge_url}/api/v1/{path}"
    answer = await world.client.request(method, url, json=body)
    return "" if answer.is_success else str(answer.json()["detail"])


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


@doors(API, CLI)
async def test_a_second_link_is_refused_and_names_the_case(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN)
    other, _ = await town.linked("Closed", RESOLVED)
    key = (await town.see())[case]["key"]

    why = await link(town, door, issues[0], other)

    assert f"has the case cases:{case} ({key}) already" in why
    assert await town.case_of(issues[0]) == case
    assert await town.look(case, issues) == ("Open", [OPEN])


@doors(API, CLI)
async def test_an_issue_that_has_a_case_is_given_no_other(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN)
    before = len(await town.see())

    why = await create(town, door, issues[0])

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

    await create(town, door, issue, "" if door == PAGE else "ET")
    case = await town.gets_case(issue)

    assert (await town.see())[case]["project"] == "SHOP"


@doors(API, CLI)
async def test_a_case_is_made_in_the_given_project_where_no_rule_matches(
    town: Town, door: str
) -> None:
    issue = await town.issue()

    await create(town, door, issue, "SHOP")
    case = await town.gets_case(issue)

    assert (await town.see())[case]["project"] == "SHOP"


@dry_doors(API, CLI)
async def test_a_plan_says_what_would_be_done_and_does_nothing(
    dry: Town, door: str
) -> None:
    case, issues = dry.staged[0]
    if door == API:
        plan = await dry.plan(case)
    else:
        _, plan, _ = await dry.command("plan", f"cases:{case}")

    assert {(a["kind"], a["target"], a["value"]) for a in plan["actions"]} == {
        ("set_issue_state", f"errors:{issue}", "RESOLVED") for issue in issues
    }
    seen = await dry.see()
    assert [seen[issue]["state"] for issue in issues] == [OPEN, OPEN]

"""Deleted, archived and merged things, from every door by which it is heard of."""

import pytest

from tests.e2e.doors.hands import delete_issue, put_away
from tests.e2e.doors.knocking import HEARING, doors, in_town
from tests.e2e.doors.town import Town
from tests.e2e.processes import until

pytestmark = in_town

OPEN, RESOLVED = "OPEN", "RESOLVED"


@doors(*HEARING)
async def test_an_issue_that_is_gone_is_marked_and_the_others_go_on(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN)

    await delete_issue(town, door, issues[0])
    await town.vanishes(issues[0])
    await town.tell(door, case)
    await town.is_gone(issues[0], "not found")

    await town.edit("set_case_status", case=case, status_name="Closed")
    assert await town.ends(case, issues[1:]) == ("Closed", [RESOLVED])


@doors(*HEARING)
@pytest.mark.parametrize("end", ["archived", "merged"])
async def test_a_case_that_is_out_of_use_is_marked_and_nothing_is_written(
    town: Town, door: str, end: str
) -> None:
    case, (issue,) = await town.linked("Open", OPEN)

    into = await town.case() if end == "merged" else None
    await put_away(town, door, case, into)
    await town.is_put_away(case)
    await town.tell(door, case)
    await town.is_gone(issue, end)
    await town.edit("set_issue_state", issue=issue, state=RESOLVED)
    await town.tell(door, case)
    await until(town.world.is_settled)

    seen = await town.see()
    assert (seen[issue]["state"], seen[case]["status"]) == (RESOLVED, "Open")

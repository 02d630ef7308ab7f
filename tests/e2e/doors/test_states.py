"""The published rows for states, each from every door by which an edit is heard of."""

import asyncio
import signal

import pytest

from tests.e2e.doors.knocking import HEARING, doors, in_town
from tests.e2e.doors.town import Town

pytestmark = in_town

OPEN, REVIEWED, RESOLVED = "OPEN", "ACKNOWLEDGED", "RESOLVED"
IGNORED, EXCLUDED = "IGNORED", "EXCLUDED"
GROUP_STATUS = {
    OPEN: "Open",
    REVIEWED: "In Progress",
    RESOLVED: "Closed",
    IGNORED: "Closed",
    EXCLUDED: "Closed",
}


@doors(*HEARING)
async def test_row_1_one_issue_back_to_for_review_opens_the_case_alone(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Closed", RESOLVED, RESOLVED, RESOLVED)

    await town.move_issue(door, issues[0], OPEN)

    assert await town.ends(case, issues) == ("Open", [OPEN, RESOLVED, RESOLVED])


@doors(*HEARING)
async def test_row_2_one_issue_resolved_leaves_the_case_open(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, OPEN, OPEN)

    await town.move_issue(door, issues[0], RESOLVED)

    assert await town.ends(case, issues) == ("Open", [RESOLVED, OPEN, OPEN])


@doors(*HEARING)
@pytest.mark.parametrize("state", [OPEN, REVIEWED, RESOLVED, IGNORED, EXCLUDED])
async def test_map_the_only_issue_moves_its_case(
    town: Town, door: str, state: str
) -> None:
    before = RESOLVED if state == OPEN else OPEN
    case, issues = await town.linked(GROUP_STATUS[before], before)

    await town.move_issue(door, issues[0], state)

    assert await town.ends(case, issues) == (GROUP_STATUS[state], [state])


@doors(*HEARING)
@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        (OPEN, "In Progress", REVIEWED),
        (OPEN, "Closed", RESOLVED),
        (RESOLVED, "Open", OPEN),
        (IGNORED, "Open", OPEN),
        (EXCLUDED, "In Progress", REVIEWED),
    ],
)
async def test_map_the_case_moves_its_only_issue(
    town: Town, door: str, before: str, status: str, after: str
) -> None:
    case, issues = await town.linked(GROUP_STATUS[before], before)

    await town.move_case(door, case, status)

    assert await town.ends(case, issues) == (status, [after])


@doors(*HEARING)
async def test_a_closing_case_leaves_what_is_closed_as_it_is(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("Open", OPEN, IGNORED, EXCLUDED)

    await town.move_case(door, case, "Closed")

    assert await town.ends(case, issues) == ("Closed", [RESOLVED, IGNORED, EXCLUDED])


@doors(*HEARING)
async def test_a_reopening_case_reopens_every_issue(town: Town, door: str) -> None:
    case, issues = await town.linked("Closed", RESOLVED, IGNORED, EXCLUDED)

    await town.move_case(door, case, "Open")

    assert await town.ends(case, issues) == ("Open", [OPEN, OPEN, OPEN])


@doors(*HEARING)
async def test_in_a_conflict_the_case_wins_and_the_loser_is_told(
    town: Town, door: str
) -> None:
    case, issues = await town.linked("In Progress", REVIEWED, REVIEWED)
    bridge = town.world.bridge.process
    assert bridge

    bridge.send_signal(signal.SIGSTOP)
    try:
        await town.move_issue(door, issues[0], OPEN)
        await town.move_case(door, case, "Closed")
        await asyncio.wait_for(town.shows(case, "Closed"), 10)
    finally:
        bridge.send_signal(signal.SIGCONT)

    assert await town.ends(case, issues) == ("Closed", [RESOLVED, RESOLVED])
    events = await town.world.ask("GET", f"events?case=cases:{case}")
    lost = [each for event in events["items"] for each in event["overruled"]]
    assert {each["change"]["issue"] for each in lost} == {f"errors:{issues[0]}"}

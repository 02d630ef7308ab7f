"""Towns that all tests at doors share: starting processes costs more than asking."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser import browsing, new_page
from tests.e2e.doors.knocking import HEARING, TOWN_OF, town_of
from tests.e2e.doors.town import Town

IN_WEBHOOKS = ("--issue-state-hooks", "--issue-comments")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Webhooks for every change, no timer."""
    folder = tmp_path_factory.mktemp("told")
    async with town_of(folder, *IN_WEBHOOKS, poll="1h") as town:
        yield town


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def paged(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """The same with a page, which is blank between the tests."""
    folder = tmp_path_factory.mktemp("paged")
    async with town_of(folder, *IN_WEBHOOKS, poll="1h") as town, browsing() as browser:
        town.page = await new_page(browser)
        yield town


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def looks(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """No webhook at all; the timer looks."""
    folder = tmp_path_factory.mktemp("looks")
    switches = ("--issue-comments", "--hooks", "")
    async with town_of(folder, *switches, poll="300ms") as town:
        yield town


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def dry(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A dry run over cases linked before, without comments on issues; the one to plan
    for was closed meanwhile."""
    folder = tmp_path_factory.mktemp("dry")
    rows = [f"{what} {door}" for what in ("comment", "move") for door in HEARING]
    async with (
        town_of(folder, poll="300ms", comments=False) as town,
        browsing() as browser,
    ):
        town.page = await new_page(browser)
        for row in ("plan", *rows):
            town.staged[row] = await town.linked("Open", "OPEN", "OPEN")
        await town.world.bridge.end()
        case, _ = town.staged["plan"]
        await town.edit("set_case_status", case=case, status_name="Closed")
        town.world.bridge.arguments.append("--dry-run")
        await town.world.start_bridge()
        yield town


@pytest.fixture
def found(door: str, request: pytest.FixtureRequest) -> Town:
    """The town of *door*; no other one is started."""
    town: Town = request.getfixturevalue(TOWN_OF[door])
    return town


@pytest_asyncio.fixture(loop_scope="session")
async def town(found: Town) -> AsyncIterator[Town]:
    """The town in which the door is the only way to hear of anything; what a test
    linked there is unlinked at its end."""
    async with found.visited():
        yield found

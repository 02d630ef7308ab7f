"""Towns that all tests at doors share: starting processes costs more than asking."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.doors import page_of, town_of
from tests.e2e.town import POLL, Town


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Webhooks for every change, no timer; with the page."""
    folder = tmp_path_factory.mktemp("told")
    switches = ("--issue-state-hooks", "--issue-comments")
    async with town_of(folder, *switches, poll="1h") as town, page_of(town) as page:
        town.page = page
        yield town


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def looks(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """No webhook at all; the timer looks."""
    folder = tmp_path_factory.mktemp("looks")
    switches = ("--issue-comments", "--hooks", "")
    async with town_of(folder, *switches, poll="300ms") as town:
        yield town


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dry(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A dry run over cases linked before, without comments on issues; the first
    case was closed meanwhile."""
    folder = tmp_path_factory.mktemp("dry")
    async with town_of(folder, poll="300ms", comments=False) as town:
        for _ in range(4):
            town.staged.append(await town.linked("Open", "OPEN", "OPEN"))
        await town.world.bridge.end()
        first, _ = town.staged[0]
        await town.edit("set_case_status", case=first, status_name="Closed")
        town.world.bridge.arguments.append("--dry-run")
        await town.world.start_bridge()
        yield town


@pytest.fixture
def town(door: str, told: Town, looks: Town) -> Town:
    """The town in which *door* is the only way to hear of anything."""
    return looks if door == POLL else told

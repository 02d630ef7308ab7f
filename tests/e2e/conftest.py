"""Towns that all tests at doors share: starting processes costs more than asking."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.doors import POLL, Town, page_of, town_of


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


@pytest.fixture
def town(door: str, told: Town, looks: Town) -> Town:
    """The town in which *door* is the only way to hear of anything."""
    return looks if door == POLL else told

"""Bridges with a token and without, live and dry, on paper; one browser for all."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser import browsing
from tests.clocks import StoppedClock
from tests.dashboard.knocking import TOKEN as LOCK
from tests.dashboard.knocking import Knocker, application, knocking
from tests.dashboard.paper import PaperBoard
from tests.dashboard.stage import TOKEN, Stage, new_sandbox, staged


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("dashboard")
    async with staged(folder, new_sandbox(), api_token=TOKEN) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dry(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A dry run, over a case that was linked before and has been closed since."""
    folder, sandbox = tmp_path_factory.mktemp("dry"), new_sandbox()
    async with staged(folder, sandbox) as live:
        case = await live.pair("linked before", issues=2)
    sandbox.people.set_case_status(case, "Closed")
    async with staged(folder, sandbox, is_dry=True) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=30_000)
    async with browsing() as chromium:
        yield chromium


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """A page of somebody who has logged in; nothing on it may go wrong unseen."""
    problems: list[str] = []
    context = await browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    page = await context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda told: problems.append(told.text) if told.type == "error" else None,
    )
    await page.goto(f"{stage.url}/login")
    await page.get_by_label("API token").fill(TOKEN)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url(f"{stage.url}/")
    yield page
    await context.close()
    assert problems == []


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest_asyncio.fixture
async def door(clock: StoppedClock) -> AsyncIterator[Knocker]:
    """Before a dashboard that has a token."""
    board = PaperBoard()
    async with knocking(application(board, clock, LOCK), board) as made:
        yield made


@pytest_asyncio.fixture
async def unlocked(clock: StoppedClock) -> AsyncIterator[Knocker]:
    """Before one that has none."""
    board = PaperBoard()
    async with knocking(application(board, clock, None), board) as made:
        yield made

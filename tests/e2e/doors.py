"""Towns to knock at every door of: two bridges that hear in different ways, and a page.

In the town that is *told*, every change sends a webhook and the timer rests. In the
town that *looks*, no webhook is sent at all.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from tests.e2e.processes import world_of
from tests.e2e.town import PAGE, POLL, Town

CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WEBHOOK, API, CLI = "webhook", "api", "cli"
HEARING = (WEBHOOK, POLL, PAGE)
ASKING = (API, CLI, PAGE)
COMMENTS_PATH = '"/sandbox/api/issues/{issue}/comments"'

RULES = """
[[rules]]
name = "new ones"
match = "service:auto"
project = "SHOP"
auto_create = true

[[rules]]
name = "by hand"
match = "service:ruled"
project = "SHOP"
"""
in_town = pytest.mark.asyncio(loop_scope="session")


def doors(*names: str) -> pytest.MarkDecorator:
    """The doors at which a row is played."""
    return pytest.mark.parametrize("door", names)


@asynccontextmanager
async def town_of(
    folder: Path, *sandbox: str, poll: str, comments: bool = True
) -> AsyncIterator[Town]:
    """A town whose sandbox is started with *sandbox*; the bridge runs."""
    async with world_of(folder) as world:
        timer = f'poll_interval = "{poll}"\n'
        config = world.config.read_text().replace('poll_interval = "500ms"\n', timer)
        beside = f"comments_path = {COMMENTS_PATH}\n" if comments else ""
        config = config.replace("[trackers.errors]\n", f"[trackers.errors]\n{beside}")
        config = config.replace("[trackers.cases]\n", f"[trackers.cases]\n{timer}")
        world.config.write_text(config + RULES)
        world.sandbox.arguments += ["--cases", "0", "--loose", "0", *sandbox]
        await world.start_sandbox()
        await world.start_bridge()
        yield Town(world)


@asynccontextmanager
async def page_of(town: Town) -> AsyncIterator[Page]:
    """The town's page in a real browser."""
    path = shutil.which("chromium")
    assert path, "the page's tests need chromium: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(town.world.sandbox_url)
        yield page
        await browser.close()

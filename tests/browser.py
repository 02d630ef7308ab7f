"""A real browser, for the tests that look at pages."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright, expect

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_BROWSERS = ("chromium-headless-shell", "chromium")
"""First the one without windows, which takes two thirds of the other's time."""

PATIENCE = 60_000
"""Milliseconds; a machine that is busy with other things takes its time."""


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Chromium, for as long as the context lasts."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    assert path, f"the page's tests need one of {_BROWSERS} on the PATH"
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=_ARGUMENTS
        )
        yield browser
        await browser.close()


async def new_page(browser: Browser) -> Page:
    """A page without animations: drawing them keeps half a processor busy."""
    return await browser.new_page(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )

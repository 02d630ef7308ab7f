"""Everybody can use the dashboard: by axe-core's rules, in light, dark, on a phone."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.dashboard.stage import PAGES, TOKEN, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_everybody_can_use_it(browser: Browser, stage: Stage) -> None:
    """axe-core finds nothing serious; on a phone nothing sticks out sideways."""
    case = await stage.pair("for everybody")
    await stage.dead(case)
    context = await browser.new_context(
        bypass_csp=True,
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 900},
        extra_http_headers={"Authorization": f"Bearer {TOKEN}"},
    )
    page = await context.new_page()
    found = []
    for path in (*PAGES, f"/cases/cases:{case}", f"/cases/cases:{case}/plan"):
        await page.emulate_media(color_scheme="light")
        await page.goto(stage.url + path)
        found += await complaints(page, path, None)
        await page.emulate_media(color_scheme="dark")
        found += await complaints(page, path, ["color-contrast"])
        await page.set_viewport_size({"width": 375, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= 375, path
        await page.set_viewport_size({"width": 1280, "height": 900})
    await context.close()
    assert found == []


async def complaints(
    page: Page, path: str, rules: list[str] | None
) -> list[tuple[str, str, list[str]]]:
    """What axe-core finds, by *rules* or all of its own."""
    options = {"resultTypes": ["violations"], "iframes": False}
    if rules:
        options["runOnly"] = rules
    told = await Axe().run(page, options=options)
    return [
        (path, one["id"], [node["html"][:90] for node in one["nodes"]])
        for one in told.response["violations"]
        if one["impact"] != "minor"
    ]

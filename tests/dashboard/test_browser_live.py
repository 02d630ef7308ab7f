"""What shows by itself in a real browser, and what it leaves alone."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.dashboard.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_change_travels_before_ones_eyes(page: Page, stage: Stage) -> None:
    case = await stage.pair("the cart is empty", issues=2)
    await page.evaluate("window.mark = 'never loaded again'")
    name = page.locator("#latest .event").first.get_by_role("link")
    await expect(name).to_have_text(stage.key(case))

    stage.sandbox.people.set_case_status(case, "Closed")

    event = page.locator("#latest .event:not(.slim)").first
    await expect(event).to_contain_text("open → closed")
    await expect(event.locator(".write")).to_have_count(2)
    await expect(event.locator(".fate")).to_have_text(["done", "done"])
    await expect(event).to_contain_text("because the case was moved")
    await expect(page.locator("#standing")).to_contain_text(
        re.compile("Settled|given up")
    )
    assert await page.evaluate("window.mark") == "never loaded again"


async def test_what_somebody_reads_and_writes_outlives_the_news(
    page: Page, stage: Stage
) -> None:
    old, new = await stage.pair("being read"), await stage.pair("news")
    await page.goto(f"{stage.url}/timeline")
    event = page.locator(".event:not(.slim)", has_text="being read").first
    details = event.locator("details")
    await details.locator("summary").click()
    await page.get_by_label("Case or issue").fill("cases:ET-")

    stage.sandbox.people.set_case_status(new, "Closed")

    first = page.locator("#events .event:not(.slim)").first
    await expect(first).to_contain_text("open → closed")
    await expect(first.get_by_role("link")).to_have_text(stage.key(new))
    await expect(details).to_have_attribute("open", "")
    await expect(event).to_contain_text(stage.key(old))
    await expect(page.get_by_label("Case or issue")).to_be_focused()
    await expect(page.get_by_label("Case or issue")).to_have_value("cases:ET-")


async def test_who_is_logged_out_elsewhere_is_asked_for_the_token(
    page: Page, stage: Stage
) -> None:
    await page.goto(f"{stage.url}/timeline?outcome=applied")
    case = await stage.pair("something new")
    await expect(page.locator(".event h3").first).to_have_text(stage.key(case))

    await page.context.clear_cookies()
    await stage.pair("something newer")

    await expect(page.get_by_label("API token")).to_be_visible()
    assert page.url.endswith("/login?back=%2Ftimeline%3Foutcome%3Dapplied")

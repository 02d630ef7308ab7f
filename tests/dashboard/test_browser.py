"""The dashboard in a real browser on the real server: what an operator does there."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.dashboard.stage import HOSTILE, PAGES, TOKEN, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_who_shows_the_token_is_let_in_and_out(
    browser: Browser, stage: Stage
) -> None:
    context = await browser.new_context()
    page = await context.new_page()

    await page.goto(f"{stage.url}/cases?show=drifted")
    await page.get_by_label("API token").fill("not the token")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("not the token")
    await page.get_by_label("API token").fill(TOKEN)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{stage.url}/cases?show=drifted")
    (cookie,) = await context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")

    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_label("API token")).to_be_visible()
    await context.add_cookies([cookie])  # type: ignore[list-item]
    await page.goto(f"{stage.url}/")
    await expect(page.get_by_label("API token")).to_be_visible()
    await context.close()


async def test_a_plan_is_explained_and_nothing_written(
    browser: Browser, dry: Stage
) -> None:
    page = await browser.new_page()
    writes = len(dry.sandbox.world.writes)

    await page.goto(f"{dry.url}/cases")
    await page.get_by_role("link", name=re.compile(r"^ET-\d+$")).first.click()
    await page.get_by_role("link", name="Explain the plan").click()

    steps = page.locator(".writes li")
    await expect(steps).to_have_count(2)
    await expect(steps.first).to_contain_text("linked before set to resolved")
    await expect(steps.first).to_contain_text("because the case was moved")
    table = page.get_by_role("table", name="Base against seen")
    await expect(table.get_by_role("row").nth(1)).to_contain_text("open")
    assert len(dry.sandbox.world.writes) == writes
    await page.close()


async def test_a_dry_run_is_unmistakable_on_every_page(
    browser: Browser, dry: Stage
) -> None:
    page = await browser.new_page()
    for path in PAGES:
        await page.goto(dry.url + path)
        await expect(page).to_have_title(re.compile("^Dry run: "))
        told = page.get_by_role("note")
        await expect(told).to_contain_text("Nothing is written anywhere")
        await expect(told).to_be_in_viewport()
    await page.goto(f"{dry.url}/timeline")
    await expect(page.locator(".fate").first).to_have_text("would be written")
    await page.close()


async def test_a_rule_is_tried_while_it_is_typed(page: Page, stage: Stage) -> None:
    await stage.pair("tried by rules")
    await page.goto(f"{stage.url}/rules")
    trial = page.locator("#trial")

    await page.get_by_label("Issue, by its id").fill('{"service": "web-store"}')
    await expect(trial).to_contain_text("matched shop → cases:SHOP")
    await page.get_by_label("Query").press_sequentially("service:search OR env:")
    await expect(trial).to_contain_text("column")
    await page.get_by_label("Query").press_sequentially("prod")
    await expect(trial).to_contain_text("no rule matches")
    await page.get_by_label("Query").fill("")
    await page.get_by_label("pick one").select_option(index=1)
    await expect(trial).to_contain_text("has the case")

    await page.get_by_label("Rules, as in").fill(
        '[[rules]]\nname = "other"\nmatch = "service:web-store"\nproject = "ET"'
    )
    await page.get_by_role("button", name="See the difference").click()
    changed = page.get_by_role("table", name="What would change")
    await expect(changed.get_by_role("row").nth(1)).to_contain_text("cases:SHOP")
    await expect(changed.get_by_role("row").nth(1)).to_contain_text("cases:ET")


async def test_a_dead_letter_is_retried(page: Page, stage: Stage) -> None:
    case = await stage.pair("refused for good")
    fault = await stage.dead(case)
    await page.goto(f"{stage.url}/attention")
    letter = page.locator("#dead .letter", has_text=stage.key(case))
    await expect(letter).to_contain_text("answered 400")
    await letter.get_by_text("Same by command").click()
    await expect(letter).to_contain_text("bridge retry 0")
    await expect(letter).to_contain_text('"Authorization: Bearer $BRIDGE_TOKEN"')

    stage.sandbox.faults.remove(fault)
    await letter.get_by_role("button", name="Retry").click()

    await expect(page.get_by_role("status").last).to_contain_text("Tried again: 1.")
    await expect(letter).to_have_count(0)
    await stage.settled()
    assert stage.sandbox.world.case(case).status_name == "Closed"


async def test_without_scripts_it_works_all_the_same(
    browser: Browser, stage: Stage
) -> None:
    case = await stage.pair("without scripts")
    await stage.dead(case)
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()

    await page.goto(f"{stage.url}/attention")
    await page.get_by_label("API token").fill(TOKEN)
    await page.get_by_role("button", name="Log in").click()
    letter = page.locator("#dead .letter", has_text=stage.key(case))
    await letter.get_by_role("button", name="Skip").click()
    await expect(page.locator(".notice")).to_contain_text("Let be: 1;")
    await expect(letter).to_have_count(0)
    await page.goto(f"{stage.url}/rules")
    await page.get_by_label("Issue, by its id").fill('{"service": "web-store"}')
    await page.get_by_role("button", name="Try").click()
    await expect(page.locator("#trial")).to_contain_text("matched shop")
    await context.close()


async def test_a_command_is_copied(page: Page, stage: Stage) -> None:
    case = await stage.pair("to be looked at")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(f"{stage.url}/cases/cases:{case}")

    looking = page.locator("#same-resync")
    await looking.locator("summary").click()
    await looking.get_by_role("button", name="Copy as Command").click()

    await expect(looking.get_by_role("button").first).to_contain_text("Copied")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == f"bridge resync cases:{case}"


async def test_a_paused_case_is_resumed(page: Page, stage: Stage) -> None:
    case = await stage.pair("flipped too often")
    await stage.paused(case)
    await page.goto(f"{stage.url}/")
    await page.locator("#tiles").get_by_role("link", name="1", exact=True).first.click()
    paused = page.locator("#paused .letter", has_text=stage.key(case))
    await expect(paused).to_contain_text("writes")

    await paused.get_by_role("button", name="Resume").click()

    await expect(page.locator(".notice")).to_have_text("The case goes on.")
    await expect(paused).to_have_count(0)
    assert (await stage.desk.status())["paused"] == 0


async def test_what_trackers_say_is_never_markup(page: Page, stage: Stage) -> None:
    case = await stage.pair(HOSTILE)
    await stage.dead(case)
    for path in (*PAGES, f"/cases/cases:{case}", f"/cases/cases:{case}/plan"):
        await page.goto(stage.url + path)
        assert await page.locator("main img").count() == 0
    await page.goto(f"{stage.url}/cases?q={HOSTILE[:8]}")
    await expect(page.locator("#list")).to_contain_text(HOSTILE)


async def test_the_keyboard_is_enough(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.url}/timeline")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Case or issue")).to_be_focused()

"""The demo as a newcomer sees it: its page in a real browser, and its verdict."""

import json
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from click.testing import CliRunner
from playwright.async_api import Browser, Page, expect

from bridge.cli import main
from bridge.demo.stage import Stage, answered, staged
from bridge.sandbox import oracle
from bridge.sandbox.faults import Fault, FaultKind
from bridge.sandbox.records import Group
from tests.browser import browsing, new_page

pytestmark = pytest.mark.xdist_group("demo")
"""One at a time, as all of them prefer the same ports."""

in_one_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests here: starting it costs more than they do."""
    async with browsing() as chromium:
        yield chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    """One for all tests here, which touch different cases."""
    async with staged(seed=3, settle="50ms", poll="300ms") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def page(stage: Stage, browser: Browser) -> AsyncIterator[Page]:
    page = await new_page(browser)
    await page.goto(stage.issues_url)
    yield page
    await page.close()


@in_one_loop
async def test_a_click_on_a_case_is_seen_on_its_issues_with_the_reason(
    stage: Stage, page: Page
) -> None:
    world = stage.sandbox.world
    case = next(c for c in world.cases.values() if c.group is Group.OPEN)
    pair = page.locator(f'.pair[data-case="{case.id}"]')

    await pair.get_by_role("button", name="Closed", exact=True).click()

    issues = len(world.groups[case.id])
    resolved = pair.locator(".issue [aria-pressed=true]", has_text="Resolved")
    await expect(resolved).to_have_count(issues)
    first = page.locator("#events .event").first
    await expect(first).to_contain_text("the case was moved from OPEN to CLOSED")
    await expect(page.locator("#light")).to_have_text("Settled")


@in_one_loop
async def test_the_dashboard_is_a_click_away(stage: Stage, page: Page) -> None:
    await page.get_by_role("link", name="dashboard").click()

    await page.wait_for_url(f"{stage.bridge_url}/")
    await expect(page.get_by_role("heading", name="Now", exact=True)).to_be_visible()
    await expect(page.locator("#standing")).to_have_text("Settled")


@in_one_loop
async def test_a_new_issue_gets_its_case_by_rule_and_then_travels_in_full(
    stage: Stage, page: Page
) -> None:
    world = stage.sandbox.world
    await page.get_by_label("What broke").fill("the cart is empty")
    await page.get_by_role("button", name="New issue").click()

    pair = page.locator(".pair", has_text="the cart is empty")
    await expect(page.locator(".pair").first).to_contain_text("the cart is empty")
    await expect(pair.locator(".key")).to_have_text(re.compile(r"^SHOP-\d+$"))
    chosen = pair.locator(".issue [aria-pressed=true]")
    await expect(chosen).to_have_text("Reviewed")

    await pair.locator(".case .who select").select_option(label="Bob Brandt")
    await expect(pair.locator(".issue .who i")).to_have_text("BB")
    await pair.locator(".case .talk").click()
    await pair.locator(".case .thread input").fill("it was full yesterday")
    await pair.locator(".case .thread input").press("Enter")
    await pair.locator(".issue .talk").click()
    copied = pair.locator(".issue .copy")
    await expect(copied).to_contain_text("From Ann Ashton on cases")
    await expect(copied).to_contain_text("it was full yesterday")

    case = next(c for c in world.cases.values() if "the cart is empty" in c.title)
    assert len([one for one in case.comments if one.deleted_at is None]) == 1


@in_one_loop
async def test_an_issue_that_no_rule_wants_is_given_a_case_by_a_click(
    stage: Stage, page: Page
) -> None:
    await page.get_by_label("Service").fill("search")
    await page.get_by_label("What broke").fill("no results")
    await page.get_by_role("button", name="New issue").click()
    row = page.locator("#loose .issue", has_text="no results")

    await row.get_by_role("button", name="create case").click()

    pair = page.locator(".pair", has_text="no results")
    await expect(pair.locator(".key")).to_have_text(re.compile(r"^ET-\d+$"))
    made = [c for c in stage.sandbox.world.cases.values() if "no results" in c.title]
    assert len(made) == 1


@in_one_loop
async def test_a_tracker_that_is_busy_for_a_moment_is_waited_for(stage: Stage) -> None:
    case = next(iter(stage.sandbox.world.groups))
    busy = Fault(FaultKind.FAIL, path=f"*/cases/{case}", count=4)
    stage.sandbox.faults.add(busy)

    await answered(stage.desk, case)

    assert busy.struck == 4


def test_a_number_of_edits_goes_with_headless_only() -> None:
    done = CliRunner().invoke(main, ["demo", "--events", "40"])

    assert done.exit_code == 2
    assert "--events goes with --headless only" in done.stderr


def test_the_headless_demo_fails_when_the_sides_disagree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(oracle, "disagreements", lambda world, groups: ["ET-1 is off"])

    done = CliRunner().invoke(main, ["demo", "--headless", "--events", "1", "--json"])

    assert done.exit_code == 1
    assert json.loads(done.stdout)["disagreements"] == ["ET-1 is off"]

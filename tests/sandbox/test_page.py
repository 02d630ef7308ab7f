"""The page in a real browser: what a person clicks and what they then see."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bridge.sandbox import BridgeAddress, Sandbox, case_changes, serving
from bridge.sandbox.world import World
from tests.sandbox.fake_bridge import FakeBridge

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "the page's tests need chromium: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=_ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest.fixture
async def bridge(world: World) -> AsyncIterator[FakeBridge]:
    async with FakeBridge(world).serving() as fake:
        yield fake


@pytest.fixture
async def sandbox(world: World, bridge: FakeBridge) -> Sandbox:
    return Sandbox(world, bridge=BridgeAddress(bridge.url, token="t0ken"))


@pytest.fixture
async def page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Page]:
    problems: list[str] = []
    async with sandbox.hooks, serving(sandbox) as url:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(url)
        await expect(page.locator("#light")).to_have_text("Settled")
        await expect(page.locator(".pair .issue").first).to_be_visible()
        yield page
        await page.close()
    assert problems == []


async def test_clicking_a_state_changes_the_issue(page: Page, world: World) -> None:
    issue = next(iter(world.groups.values()))[0]
    row = page.locator(f'[data-issue="{issue}"]')

    await row.get_by_role("button", name="Excluded").click()

    chosen = row.locator('button[aria-pressed="true"]')
    await expect(chosen).to_have_text("Excluded")
    assert world.issue(issue).state == "EXCLUDED"
    await expect(chosen).to_be_focused()


async def test_clicking_a_status_changes_the_case(page: Page, world: World) -> None:
    case = next(c for c in world.cases.values() if c.type_id.startswith("5d1f"))
    side = page.locator(f'[data-case="{case.id}"] .case')

    await side.get_by_role("button", name="Won't fix").click()

    await expect(side.locator('button[aria-pressed="true"]')).to_have_text("Won't fix")
    assert world.case(case.id).status_name == "Won't fix"


async def test_a_write_of_the_bridge_shows_by_itself(
    page: Page, sandbox: Sandbox
) -> None:
    case = sandbox.world.case(next(iter(sandbox.world.groups)))
    other = "Open" if case.status_name != "Open" else "Closed"
    side = page.locator(f'[data-case="{case.id}"] .case')

    case_changes.set_status(sandbox.world, case.id, other, sandbox.api_hand)

    await expect(side.locator('button[aria-pressed="true"]')).to_have_text(other)
    await expect(side).to_contain_text("by the bridge")


async def test_the_feed_tells_what_was_heard_seen_and_decided(
    page: Page, world: World
) -> None:
    case, issues = next(iter(world.groups.items()))
    card = page.locator(".event").first

    await expect(card).to_contain_text(world.case(case).key)
    await expect(card).to_contain_text("a webhook (issue.regressed) from errors")
    await expect(card).to_contain_text(f"{world.issue(issues[0]).title}: resolved")
    await expect(card).to_contain_text("an issue was reopened")
    await expect(page.locator(".event")).to_have_count(1)
    await page.get_by_label("show echoes").check()
    await expect(page.locator(".event")).to_have_count(2)


async def test_the_light_follows_the_bridge(page: Page, bridge: FakeBridge) -> None:
    bridge.settled = False

    await expect(page.locator("#light")).to_have_text("Working, 2 to go")
    assert set(bridge.seen_tokens) == {"Bearer t0ken"}


async def test_a_new_issue_is_linked_and_unlinked(
    page: Page, world: World, bridge: FakeBridge
) -> None:
    evil = "<img src=x onerror=alert(1)>"
    await page.get_by_label("What broke").fill(evil)
    await page.get_by_role("button", name="New issue").click()
    row = page.locator("#loose .issue").first
    await expect(row).to_contain_text(evil)
    issue = max(world.issues.values(), key=lambda issue: issue.first_seen).id
    case = next(iter(world.groups))

    await row.locator("select").select_option(case)
    linked = page.locator(f'[data-case="{case}"] [data-issue="{issue}"]')
    await expect(linked).to_be_visible()
    assert bridge.links[f"errors:{issue}"] == f"cases:{case}"

    await linked.get_by_role("button", name="unlink").click()
    await expect(page.locator(f'#loose [data-issue="{issue}"]')).to_be_visible()
    assert f"errors:{issue}" not in bridge.links


async def test_a_refused_link_says_why(
    page: Page, world: World, bridge: FakeBridge
) -> None:
    bridge.refusal = "errors:1 is linked already, to ET-7"
    row = page.locator("#loose .issue").first

    await row.locator("select").select_option(next(iter(world.groups)))

    await expect(page.locator("#notes")).to_have_text(bridge.refusal)

"""The page in a real browser: what a person clicks and what they then see."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bridge.sandbox import (
    BridgeAddress,
    Sandbox,
    case_changes,
    comment_changes,
    serving,
)
from bridge.sandbox.world import World
from tests.browser import browsing, new_page
from tests.sandbox.fake_bridge import FakeBridge

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("sandbox page"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests here: starting it costs more than they do."""
    async with browsing() as chromium:
        yield chromium


@pytest_asyncio.fixture(loop_scope="module")
async def bridge(world: World) -> AsyncIterator[FakeBridge]:
    async with FakeBridge(world).serving() as fake:
        yield fake


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox(world: World, bridge: FakeBridge) -> Sandbox:
    address = BridgeAddress(bridge.url, token="t0ken")
    return Sandbox(world, bridge=address, issue_comments=True)


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Page]:
    problems: list[str] = []
    async with sandbox.hooks, serving(sandbox) as url:
        page = await new_page(browser)
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

    await row.get_by_label("to a case").select_option(case)
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

    await row.get_by_label("to a case").select_option(next(iter(world.groups)))

    await expect(page.locator("#notes")).to_have_text(bridge.refusal)


async def test_an_issue_is_given_a_case_of_its_own(
    page: Page, bridge: FakeBridge
) -> None:
    row = page.locator("#loose .issue").first
    issue = await row.get_attribute("data-issue")

    await row.get_by_role("button", name="create case").click()

    linked = page.locator(f'[data-case="{bridge.fresh}"] [data-issue="{issue}"]')
    await expect(linked).to_be_visible()


async def test_a_refused_case_says_why_and_can_be_asked_for_again(
    page: Page, bridge: FakeBridge
) -> None:
    bridge.refusal = "no project is named"
    create = page.get_by_role("button", name="create case").first

    await create.click()

    await expect(page.locator("#notes")).to_have_text(bridge.refusal)
    await expect(create).to_be_enabled()


async def test_both_sides_are_assigned_by_choice(page: Page, world: World) -> None:
    case = world.case(next(iter(world.groups)))
    issue = world.issue(world.groups[case.id][0])
    bob = next(user for user in world.users.values() if user.name == "Bob Brandt")
    pair = page.locator(f'[data-case="{case.id}"]')

    for name in (issue.title, case.key):
        select = pair.get_by_label(f"Assignee of {name}", exact=True).first
        await expect(select).to_have_value("")
        await expect(select.locator("option")).to_have_text(
            ["nobody", "Ann Ashton", "Bob Brandt", "Cleo Castro", "Dan Departed (left)"]
        )
        await select.select_option(label="Bob Brandt")

    await expect(pair.locator(".case .who i")).to_have_text("BB")
    assert world.issue(issue.id).assignee == world.case(case.id).assignee == bob.id


async def test_a_comment_is_written_as_somebody_and_deleted(
    page: Page, world: World
) -> None:
    case, issues = next(iter(world.groups.items()))
    title = world.issue(issues[0]).title
    pair = page.locator(f'[data-case="{case}"]')
    await page.get_by_label("You are").select_option(label="Cleo Castro")

    for name in (world.case(case).key, title):
        await pair.get_by_role("button", name=f"Comments on {name}").first.click()
        line = pair.get_by_label(f"Write on {name}").first
        await expect(line).to_be_focused()
        await line.fill("<b>looking</b> into it")
        await line.press("Enter")
        said = pair.get_by_label(f"Thread of {name}").first.locator(".said")
        await expect(said).to_contain_text("Cleo Castro")
        await expect(said).to_contain_text("<b>looking</b> into it")

    thread = pair.get_by_label(f"Thread of {title}").first
    await thread.get_by_role("button", name="delete").click()
    await expect(thread.locator(".said")).to_have_count(0)
    assert world.issue(issues[0]).comments[0].deleted_at is not None


async def test_what_is_being_written_outlives_a_change_of_the_world(
    page: Page, sandbox: Sandbox
) -> None:
    world = sandbox.world
    case = world.case(next(iter(world.groups)))
    other = "Open" if case.status_name != "Open" else "Closed"
    await page.get_by_role("button", name=f"Comments on {case.key}").click()
    line = page.get_by_label(f"Write on {case.key}")
    await line.fill("half a sen")

    comment_changes.add(world, case, "From Ann:\n\nhi\n\n[bridge:00]", sandbox.api_hand)
    case_changes.set_status(world, case.id, other, sandbox.api_hand)

    thread = page.get_by_label(f"Thread of {case.key}")
    await expect(thread.locator(".copy")).to_contain_text("the bridge")
    await expect(thread.locator("small")).to_have_text("[bridge:00]")
    await expect(line).to_have_value("half a sen")
    await expect(line).to_be_focused()


async def test_issues_have_no_comments_where_datadog_has_none(
    page: Page, sandbox: Sandbox
) -> None:
    sandbox.issue_comments = False
    await page.reload()

    await expect(page.locator(".case .talk").first).to_be_visible()
    await expect(page.locator(".issue .talk")).to_have_count(0)

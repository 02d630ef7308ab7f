"""Towns to knock at every door of: two bridges that hear in different ways, and a page.

In the town that is *told*, every change sends a webhook and the timer rests. In the
town that *looks*, no webhook is sent at all.
"""

import asyncio
import itertools
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, async_playwright

from bridge.sandbox.scenes import ERROR_TRACKING_TYPE
from tests.e2e.processes import World, until, world_of

CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WEBHOOK, POLL, PAGE, API, CLI = "webhook", "poll", "page", "api", "cli"
HEARING = (WEBHOOK, POLL, PAGE)
ASKING = (API, CLI, PAGE)
COMMENTS_PATH = '"/sandbox/api/issues/{issue}/comments"'
SECRET = {"Authorization": "Bearer hook-secret"}

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
STATE_NAMES = {
    "OPEN": "For review",
    "ACKNOWLEDGED": "Reviewed",
    "RESOLVED": "Resolved",
    "IGNORED": "Ignored",
    "EXCLUDED": "Excluded",
}

in_town = pytest.mark.asyncio(loop_scope="session")
numbers = itertools.count(1)


def doors(*names: str) -> pytest.MarkDecorator:
    """The doors at which a row is played."""
    return pytest.mark.parametrize("door", names)


@dataclass
class Town:
    """One sandbox with its bridge, and the page where there is one."""

    world: World
    page: Page | None = None

    async def edit(self, name: str, **what: Any) -> str:
        """What a person does, without the page; the id of what came of it."""
        answer = await self.world.client.post(
            f"{self.world.sandbox_url}/sandbox/edits", json={"edit": name, **what}
        )
        assert answer.is_success, answer.text
        return str(answer.json()["id"])

    async def case(self, status: str = "Open") -> str:
        return await self.edit(
            "new_case",
            project="ET",
            title=f"case {next(numbers)}",
            type_id=ERROR_TRACKING_TYPE,
            status_name=status,
        )

    async def issue(self, state: str = "OPEN", service: str = "some") -> str:
        issue = await self.edit(
            "new_issue", service=service, error_message=f"number {next(numbers)}"
        )
        if state != "OPEN":
            await self.edit("set_issue_state", issue=issue, state=state)
        return issue

    async def linked(self, status: str, *states: str) -> tuple[str, list[str]]:
        """A case with issues, linked and settled."""
        case = await self.case(status)
        issues = [await self.issue(state) for state in states]
        for issue in issues:
            await self.link(issue, case)
        assert await self.look(case, issues) == (status, list(states))
        return case, issues

    async def link(self, issue: str, case: str) -> None:
        asked = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
        await self.world.ask("POST", "links", asked)
        await self.answered(case)

    async def see(self) -> dict[str, Any]:
        """Every issue and case by its id."""
        state = await self.world.state()
        return {one["id"]: one for one in (*state["issues"], *state["cases"])}

    async def look(self, case: str, issues: list[str]) -> tuple[str, list[str]]:
        """The case's status and its issues' states, once all is answered."""
        await self.answered(case)
        seen = await self.see()
        return seen[case]["status"], [seen[issue]["state"] for issue in issues]

    async def ends(self, case: str, issues: list[str]) -> tuple[str, list[str]]:
        """The same after somebody edited: once the edit was heard of."""
        await until(lambda: self.is_heard_of(case))
        return await self.look(case, issues)

    async def is_heard_of(self, case: str) -> bool:
        """Whether the newest events of a case tell of somebody's edit."""
        found = await self.world.ask("GET", f"events?case=cases:{case}")
        changes = [each for event in found["items"] for each in event["changes"]]
        return any(each["kind"] != "issue_linked" for each in changes)

    async def shows(self, case: str, status: str) -> None:
        """Until the case has that status in its tracker."""

        async def is_shown() -> bool:
            return bool((await self.see())[case]["status"] == status)

        await until(is_shown)

    async def user(self, name: str) -> str:
        users = (await self.world.state())["users"]
        return next(str(one["id"]) for one in users if one["name"].startswith(name))

    async def assignees(self, *things: str) -> list[str | None]:
        """First names of whom the things are assigned to."""
        seen = await self.see()
        names = [seen[thing]["assignee"] for thing in things]
        return [name and name.split()[0] for name in names]

    async def texts(self, thing: str) -> list[str]:
        return [one["text"] for one in (await self.see())[thing]["comments"]]

    async def answered(self, case: str) -> None:
        """Until the bridge has answered all that was done to a case."""

        async def is_answered() -> bool:
            plan = await self.plan(case)
            unanswered = ("due", "changes", "actions", "doubtful_until")
            return not any(plan[what] for what in unanswered)

        await until(is_answered)

    async def plan(self, case: str) -> Any:
        return await self.world.ask("POST", "plan", {"case": f"cases:{case}"})

    async def case_of(self, issue: str) -> str | None:
        """The case that the bridge has for an issue."""
        found = await self.world.ask("GET", f"links?issue=errors:{issue}")
        items = [one for one in found["items"] if not one["gone"]]
        return items[0]["case"].partition(":")[2] if items else None

    async def command(self, *arguments: str) -> tuple[int, Any, str]:
        """Exit status, answer and errors of a command beside the server."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bridge", *arguments, "--json"),
            *("--config", str(self.world.config)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.world.folder,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, json.loads(out) if out else None, err.decode()

    def row(self, issue: str) -> Locator:
        """An issue on the page."""
        assert self.page
        return self.page.locator(f'[data-issue="{issue}"]')

    def side(self, case: str) -> Locator:
        """A case on the page, without its issues."""
        assert self.page
        return self.page.locator(f'.pair[data-case="{case}"] .case')

    async def move_issue(self, door: str, issue: str, state: str) -> None:
        """A person chooses a state, on the page or elsewhere."""
        if door == PAGE:
            name = STATE_NAMES[state]
            await self.row(issue).get_by_role("button", name=name, exact=True).click()
        else:
            await self.edit("set_issue_state", issue=issue, state=state)

    async def move_case(self, door: str, case: str, status: str) -> None:
        """A person chooses a status, on the page or elsewhere."""
        if door == PAGE:
            button = self.side(case).get_by_role("button", name=status, exact=True)
            await button.click()
        else:
            await self.edit("set_case_status", case=case, status_name=status)


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

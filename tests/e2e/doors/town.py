"""A sandbox and a bridge, and what people do there."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Locator, Page

from bridge.sandbox.scenes import ERROR_TRACKING_TYPE
from tests.e2e.doors.sights import Sights
from tests.e2e.processes import command

PAGE, POLL = "page", "poll"
ACCEPTED = 202
SECRET = {"Authorization": "Bearer hook-secret"}
STATE_NAMES = {
    "OPEN": "For review",
    "ACKNOWLEDGED": "Reviewed",
    "RESOLVED": "Resolved",
    "IGNORED": "Ignored",
    "EXCLUDED": "Excluded",
}

numbers = itertools.count(1)


@dataclass
class Town(Sights):
    """One sandbox with its bridge, and the page where there is one."""

    page: Page | None = None
    staged: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    @asynccontextmanager
    async def at_page(self, door: str) -> AsyncIterator[None]:
        """The page is open meanwhile, where that is the door."""
        if not self.page or door != PAGE:
            yield
            return
        await self.page.goto(self.world.sandbox_url)
        yield
        await self.page.goto("about:blank")

    @asynccontextmanager
    async def visited(self) -> AsyncIterator[None]:
        """The page, if any, is open meanwhile; afterwards no link is left."""
        async with self.at_page(PAGE):
            yield
        for link in (await self.world.ask("GET", "links?limit=500"))["items"]:
            await self.world.ask("DELETE", f"links/{link['issue']}")

    @asynccontextmanager
    async def deaf(self, is_deaf: bool) -> AsyncIterator[None]:
        """No webhook arrives meanwhile."""
        await self._lose(1.0 if is_deaf else 0.0)
        yield
        await self._lose(0.0)

    async def _lose(self, rate: float) -> None:
        url = f"{self.world.sandbox_url}/sandbox/mischief"
        answer = await self.world.client.post(url, json={"drop": rate})
        assert answer.is_success, answer.text

    @asynccontextmanager
    async def stale(self) -> AsyncIterator[None]:
        """The page, if any, hears of no new link meanwhile."""
        links = "**/bridge/api/v1/links?*"
        if self.page:
            await self.page.route(links, lambda route: route.abort())
        yield
        if self.page:
            await self.page.unroute(links)

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
            asked = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
            await self.world.ask("POST", "links", asked)
        assert await self.look(case, issues) == (status, list(states))
        return case, issues

    async def user(self, name: str) -> str:
        users = (await self.world.state())["users"]
        return next(str(one["id"]) for one in users if one["name"].startswith(name))

    async def tell(self, door: str, case: str) -> None:
        """A delivery about a case, where none comes by itself; not to who looks."""
        if door != POLL:
            told = {"case_id": case, "event_id": str(next(numbers))}
            url = f"{self.world.bridge_url}/hooks/cases"
            answer = await self.world.client.post(url, json=told, headers=SECRET)
            assert answer.status_code == ACCEPTED

    async def command(self, *arguments: str) -> tuple[int, Any, str]:
        """Exit status, answer and errors of a command beside the server."""
        told = (*arguments, "--json", "--config", str(self.world.config))
        status, out, err = await command(self.world.folder, *told)
        return status, json.loads(out) if out else None, err

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

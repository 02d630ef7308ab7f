"""A sandbox and a bridge, what people do there, and what is then to be seen."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Locator, Page

from bridge.sandbox.scenes import ERROR_TRACKING_TYPE
from tests.e2e.processes import World, command, until

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
class Town:
    """One sandbox with its bridge, and the page where there is one."""

    world: World
    page: Page | None = None
    staged: list[tuple[str, list[str]]] = field(default_factory=list)

    @asynccontextmanager
    async def visited(self) -> AsyncIterator[None]:
        """The page is open meanwhile; afterwards nothing is left to look at or draw."""
        if self.page:
            await self.page.goto(self.world.sandbox_url)
        yield
        if self.page:
            await self.page.goto("about:blank")
        for link in (await self.world.ask("GET", "links?limit=500"))["items"]:
            await self.world.ask("DELETE", f"links/{link['issue']}")

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

    async def see(self) -> dict[str, Any]:
        """Every issue and case by its id."""
        state = await self.world.state()
        return {one["id"]: one for one in (*state["issues"], *state["cases"])}

    async def look(self, case: str, issues: list[str]) -> tuple[str, list[str]]:
        """The case's status and its issues' states, once all is answered."""
        await self.answered(case)
        seen = await self.see()
        return seen[case]["status"], [seen[issue]["state"] for issue in issues]

    async def has_case(self, issue: str, case: str | None) -> None:
        """Until the bridge has that case for an issue, or none."""

        async def is_so() -> bool:
            return await self.case_of(issue) == case

        await until(is_so)

    async def gets_case(self, issue: str) -> str:
        """The case that an issue has before long."""

        async def is_so() -> bool:
            return await self.case_of(issue) is not None

        await until(is_so)
        case = await self.case_of(issue)
        assert case
        return case

    async def events(self, case: str) -> list[dict[str, Any]]:
        found = await self.world.ask("GET", f"events?case=cases:{case}&limit=500")
        items: list[dict[str, Any]] = found["items"]
        return items

    async def ends(self, case: str, issues: list[str]) -> tuple[str, list[str]]:
        """The same after somebody edited: once the edit was heard of."""
        await self.hears_of(case)
        return await self.look(case, issues)

    async def hears_of(self, case: str, count: int = 1) -> None:
        """Until the events of a case tell of that many edits by people."""

        async def is_so() -> bool:
            told = {
                json.dumps(each)
                for event in await self.events(case)
                for each in event["changes"]
                if each["kind"] != "issue_linked"
            }
            return len(told) >= count

        await until(is_so)

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

    async def reads(self, text: str, counts: dict[str, int]) -> None:
        """Until *text* is to be read that often on each thing, and all is answered."""

        async def is_so() -> bool:
            seen = await self.see()
            return counts == {
                thing: sum(text in one["text"] for one in seen[thing]["comments"])
                for thing in counts
            }

        await until(is_so)
        await self.answered(next(iter(counts)))
        assert await is_so()

    async def tell(self, door: str, case: str) -> None:
        """A delivery about a case, where none comes by itself; not to who looks."""
        if door != POLL:
            told = {"case_id": case, "event_id": str(next(numbers)), "event_type": "?"}
            url = f"{self.world.bridge_url}/hooks/cases"
            answer = await self.world.client.post(url, json=told, headers=SECRET)
            assert answer.status_code == ACCEPTED

    async def is_gone(self, issue: str, why: str) -> None:
        """Until the link of an issue is marked as gone, and says why."""

        async def is_so() -> bool:
            found = await self.world.ask("GET", f"links?issue=errors:{issue}")
            return why in (found["items"][0]["gone"] or "")

        await until(is_so)

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

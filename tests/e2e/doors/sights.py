"""What is to be seen of a sandbox and its bridge, and waiting until it is."""

import json
from dataclasses import dataclass
from typing import Any

from tests.e2e.processes import World, until


@dataclass
class Sights:
    """One sandbox with its bridge, looked at from outside."""

    world: World

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

    async def reads_on(self, text: str, case: str) -> None:
        """Until the only comment on a case, as people see it, holds *text*; for no
        text, until there is none."""

        async def is_so() -> bool:
            said = (await self.see())[case]["comments"]
            return any(text in one["text"] for one in said) if text else not said

        await until(is_so)

    async def vanishes(self, thing: str) -> None:

        async def is_so() -> bool:
            return thing not in await self.see()

        await until(is_so)

    async def is_put_away(self, case: str) -> None:
        """Until a case is archived or merged in its tracker."""

        async def is_so() -> bool:
            seen = (await self.see())[case]
            return bool(seen["archived"] or seen["merged_into"])

        await until(is_so)

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

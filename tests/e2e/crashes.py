"""A sandbox beside a real bridge that is killed, and things to be killed over."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx

from bridge.sandbox.faults import Fault, FaultKind
from bridge.sandbox.hook_targets import Target
from bridge.sandbox.records import IssueState
from bridge.sandbox.sandbox import Sandbox
from bridge.sandbox.scenes import ERROR_TRACKING_TYPE, empty_world
from bridge.sandbox.server import serving
from tests.e2e.processes import CONFIG, World, until
from tests.e2e.trio import After, Door, Trio, writes_to

CRASHING = "tests.e2e.crashing_bridge"
RULES = """
[[rules]]
name = "auto"
match = "service:auto"
project = "SHOP"
auto_create = true
"""
COMMENTS = """poll_interval = "5s"
comments_path = "/sandbox/api/issues/{issue}/comments"
"""


class CrashWorld(World):
    """The sandbox is in this process, so that its people and faults are at hand."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.inner = empty_world(seed=3)
        self.sandboxed = Sandbox(
            self.inner, issue_state_hooks=True, issue_comments=True
        )
        self.sandboxed.hooks.retry_wait = 0.1
        self.people = self.sandboxed.people
        self.ann = next(
            user.id for user in self.inner.users.values() if user.name == "Ann Ashton"
        )

    def use(self, sandbox_url: str) -> None:
        text = CONFIG.format(
            port=self.bridge_port, store=self.folder / "bridge.db", sandbox=sandbox_url
        )
        text = text.replace('poll_interval = "500ms"', COMMENTS)
        self.config.write_text(text + RULES)
        for side, name in (("issues", "errors"), ("cases", "cases")):
            url = f"{self.bridge_url}/hooks/{name}"
            self.sandboxed.hooks.targets.append(Target(url, side, "hook-secret"))

    async def start_bridge(self, point: int = 0, things: Sequence[str] = ()) -> None:
        """The bridge, to die once *things* have come to their *point*, if any."""
        wanted = {
            "point": point,
            "things": list(things),
            "command": ["serve", "--config", str(self.config)],
        }
        self.bridge.arguments = ["-m", CRASHING, json.dumps(wanted)]
        await super().start_bridge()

    async def kill(self) -> None:
        """SIGKILL; returns once the process is gone."""
        await self.bridge.kill()

    def is_dead(self) -> bool:
        assert self.bridge.process
        return self.bridge.process.returncode is not None

    async def trio(self, door: Door, after: After) -> Trio:
        """Two issues linked to a case, in agreement."""
        name = f"{door} {len(self.inner.cases)}"
        is_open = door is Door.CASE
        case = self.people.new_case(
            project="ET",
            title=name,
            type_id=ERROR_TRACKING_TYPE,
            status_name="Open" if is_open else "Closed",
        )
        pair = [self.people.new_issue(service="by-hand").id for _ in range(2)]
        for issue in pair:
            if not is_open:
                self.people.set_issue_state(issue, IssueState.RESOLVED)
            link = {"issue": f"errors:{issue}", "case": f"cases:{case.id}"}
            await self.ask("POST", "links", link)
        words = f"thought-{case.number}."
        return Trio(door, after, case.id, (pair[0], pair[1]), words)

    def edit_all(self, trio: Trio) -> None:
        """State, assignee and a comment at once, on one side."""
        if trio.door is Door.CASE:
            self.people.set_case_status(trio.case, "Closed")
            self.people.assign_case(trio.case, self.ann)
            self.people.comment(trio.case, trio.words)
        else:
            issue = trio.issues[0]
            self.people.set_issue_state(issue, IssueState.OPEN)
            self.people.assign_issue(issue, self.ann)
            self.people.comment_issue(issue, trio.words)

    def edit_after_the_crash(self, trio: Trio) -> None:
        """A person's newer change of a value that the bridge may have written."""
        trio.finished = writes_to(self.inner, trio.contested_path) > 0
        trio.confirmed = self._is_confirmed(*trio.contested)
        if trio.after is After.NOTHING:
            return
        is_third = trio.after is After.THIRD
        if trio.door is Door.CASE:
            state = IssueState.ACKNOWLEDGED if is_third else IssueState.OPEN
            self.people.set_issue_state(trio.issues[0], state)
        else:
            status = "In Progress" if is_third else "Closed"
            self.people.set_case_status(trio.case, status)

    def _is_confirmed(self, kind: str, target: str) -> bool:
        """Whether the killed bridge had saved that it wrote this."""
        with closing(sqlite3.connect(self.folder / "bridge.db")) as store:
            asked = "SELECT 1 FROM actions WHERE target = ? AND kind = ?"
            found = store.execute(
                f"{asked} AND status = 'done'", (target, kind)
            ).fetchone()
        return found is not None

    async def is_quiet(self) -> bool:
        written = len(self.inner.writes)
        if self.sandboxed.hooks.under_way or not await self.is_settled():
            return False
        return written == len(self.inner.writes)

    async def is_dead_or_quiet(self) -> bool:
        return self.is_dead() or await self.is_quiet_if_alive()

    async def is_quiet_if_alive(self) -> bool:
        """A bridge that dies while it is asked is not quiet."""
        try:
            return await self.is_quiet()
        except httpx.TransportError:
            return False

    def hold_answers(self, trios: Sequence[Trio], number: int) -> list[Fault]:
        """Keep back the answer to each trio's write of that *number*."""
        faults = [
            Fault(FaultKind.HOLD_AFTER, path=trio.paths[number], method="P*", count=1)
            for trio in trios
            if number < len(trio.paths)
        ]
        for fault in faults:
            self.sandboxed.faults.add(fault)
        return faults


@asynccontextmanager
async def crash_world(folder: Path) -> AsyncIterator[CrashWorld]:
    """A sandbox that serves, and a bridge that is not started yet."""
    world = CrashWorld(folder)
    async with serving(world.sandboxed) as url, world.sandboxed.hooks:
        world.use(url)
        try:
            yield world
        finally:
            await world.client.aclose()
            if world.bridge.process:
                await world.kill()


async def trios(world: CrashWorld, sets: int) -> list[list[Trio]]:
    """*sets* of one trio for each door and each thing done after a crash."""
    room = asyncio.Semaphore(8)

    async def one(door: Door, after: After) -> Trio:
        async with room:
            return await world.trio(door, after)

    kinds = [(door, after) for _ in range(sets) for door in Door for after in After]
    made = await asyncio.gather(*(one(*kind) for kind in kinds))
    await until(world.is_quiet)
    size = len(Door) * len(After)
    return [made[n : n + size] for n in range(0, len(made), size)]

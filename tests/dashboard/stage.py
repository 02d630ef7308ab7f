"""A sandbox and the real bridge before it, with a token, in one process."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bridge import app
from bridge.engine.desk import Desk
from bridge.sandbox import Sandbox, serving
from bridge.sandbox.faults import Fault, FaultKind
from bridge.sandbox.hook_targets import Target
from bridge.sandbox.sandbox import Keys
from bridge.sandbox.scenes import ERROR_TRACKING_TYPE, empty_world
from bridge.settings import Settings
from tests.e2e.processes import free_port

TOKEN = "dashboard-token-51"
SECRET = "hook-secret"
PAGES = ("/", "/cases", "/timeline", "/rules", "/attention", "/setup")
HOSTILE = "<img src=x onerror=alert(1)>'\"&{{7*7}}"
GLANCE = 0.02
PATIENCE = 60.0

_COMMENTS = "/sandbox/api/issues/{issue}/comments"
_RULES: list[dict[str, Any]] = [
    {"name": "shop", "match": "service:web-store", "project": "SHOP"},
    {"name": HOSTILE, "match": 'message:"*<b>*"', "project": "ET"},
]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return once *condition* holds; TimeoutError when it never does."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - of a whole world
            await asyncio.sleep(GLANCE)


@dataclass
class Stage:
    """The two worlds, and a client that shows the token."""

    sandbox: Sandbox
    desk: Desk
    url: str
    client: httpx.AsyncClient
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def pair(self, title: str = "an error", issues: int = 1) -> str:
        """A new case with issues of that title, linked and settled; its id."""
        people = self.sandbox.people
        case = people.new_case(
            project="ET",
            title=f"{title} {next(self.numbers)}",
            type_id=ERROR_TRACKING_TYPE,
            status_name="Open",
        )
        for _ in range(issues):
            issue = people.new_issue(service="web-store", error_message=title)
            await self.desk.link(f"errors:{issue.id}", f"cases:{case.id}")
        self.sandbox.world.groups[case.id] = tuple(
            link["issue"].partition(":")[2] for link in await self.links(case.id)
        )
        await self.settled()
        return case.id

    async def links(self, case: str) -> list[dict[str, Any]]:
        page = await self.desk.links(
            case=f"cases:{case}", issue=None, cursor=None, limit=100
        )
        items: list[dict[str, Any]] = page["items"]
        return items

    def issues(self, case: str) -> tuple[str, ...]:
        return tuple(self.sandbox.world.groups[case])

    def key(self, case: str) -> str:
        return self.sandbox.world.case(case).key

    async def settled(self) -> None:
        async def is_settled() -> bool:
            return bool((await self.desk.status())["settled"])

        await until(is_settled)

    async def dead(self, case: str) -> int:
        """Let a write to *case* be refused for good; the fault, to take it away."""
        path = f"*/cases/{case}/status"
        fault = Fault(FaultKind.FAIL, method="POST", path=path, status=400)
        number = self.sandbox.faults.add(fault)
        for issue in self.issues(case):
            self.sandbox.people.set_issue_state(issue, "RESOLVED")

        async def is_dead() -> bool:
            return bool((await self.desk.case(f"cases:{case}"))["dead"])

        await until(is_dead)
        return number

    async def paused(self, case: str) -> None:
        """Edit *case*'s issue until the case is paused."""
        (issue,) = self.issues(case)
        states = itertools.cycle(("RESOLVED", "OPEN"))

        async def told() -> dict[str, Any]:
            return await self.desk.case(f"cases:{case}")

        while not (await told())["paused"]:
            before = self.sandbox.world.case(case).group
            self.sandbox.people.set_issue_state(issue, next(states))

            async def has_moved(before: Any = before) -> bool:
                moved = self.sandbox.world.case(case).group is not before
                return moved or bool((await told())["paused"])

            await until(has_moved)


def settings_of(folder: Path, sandbox: str, port: int, **server: Any) -> Settings:
    """The configuration of a bridge before the sandbox."""
    keys = Keys()
    shared = {
        "base_url": sandbox,
        "api_key": keys.api_key,
        "app_key": keys.app_key,
        "webhook_secrets": [SECRET],
        "poll_interval": "200ms",
    }
    return Settings.model_validate(
        {
            "server": {"port": port, **server},
            "store": {"url": f"sqlite:///{folder / 'bridge.db'}"},
            "sync": {"settle": "20ms", "retry_first": "50ms", "max_flips": 3},
            "logs": {"level": "error"},
            "rules": _RULES,
            "trackers": {
                "errors": {
                    "kind": "datadog_error_tracking",
                    "comments_path": _COMMENTS,
                    **shared,
                },
                "cases": {
                    "kind": "datadog_case_management",
                    "default_project": "ET",
                    **shared,
                },
            },
        }
    )


@asynccontextmanager
async def staged(
    folder: Path, sandbox: Sandbox, *, is_dry: bool = False, **server: Any
) -> AsyncIterator[Stage]:
    """A bridge before *sandbox*, over the store in *folder*."""
    port = free_port()
    async with serving(sandbox) as address, sandbox.hooks:
        settings = settings_of(folder, address, port, **server)
        for side, name in (("issues", "errors"), ("cases", "cases")):
            target = Target(f"http://127.0.0.1:{port}/hooks/{name}", side, SECRET)
            sandbox.hooks.targets.append(target)
        async with (
            app.serving(settings, is_dry=is_dry) as (engine, url),
            httpx.AsyncClient(
                base_url=url,
                headers={"Authorization": f"Bearer {TOKEN}"},
                trust_env=False,
                timeout=PATIENCE,
            ) as client,
        ):
            yield Stage(sandbox, engine.desk, url, client)
        sandbox.hooks.targets.clear()


def new_sandbox() -> Sandbox:
    return Sandbox(empty_world(seed=5), issue_comments=True)

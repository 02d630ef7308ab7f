"""A sandbox and the real bridge in one process, over HTTP on loopback; restartable."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bridge import app, logs
from bridge.engine.engine import Engine
from bridge.ports.errors import NotFound
from bridge.sandbox.hook_targets import Target
from bridge.sandbox.sandbox import Keys, Sandbox
from bridge.sandbox.server import serving
from bridge.sandbox.world import World
from bridge.settings import Settings
from tests.e2e.processes import free_port

SECRET = "hook-secret"
GLANCE = 0.01
PATIENCE = 60.0
OUTCOMES = {"applied", "no-op", "ignored", "parked", "dead"}

RULES: list[dict[str, Any]] = [
    {"name": "auto", "match": "service:auto", "project": "SHOP", "auto_create": True}
]


class Neighbours:
    """The two worlds beside each other."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.sandbox = Sandbox(world, issue_comments=True)
        self.folder = folder
        self.port = free_port()
        self.engine: Engine
        self._outer, self._inner = AsyncExitStack(), AsyncExitStack()

    async def open(self) -> None:
        """Start the sandbox, its webhooks, and the bridge."""
        hooks = self.sandbox.hooks
        for side, name in (("issues", "errors"), ("cases", "cases")):
            url = f"http://127.0.0.1:{self.port}/hooks/{name}"
            hooks.targets.append(Target(url, side, SECRET))
        url = await self._outer.enter_async_context(serving(self.sandbox))
        await self._outer.enter_async_context(hooks)
        self.settings = self._settings(url)
        logs.configure(self.settings)
        await self.start()

    async def start(self) -> None:
        served = app.serving(self.settings)
        self.engine, _ = await self._inner.enter_async_context(served)

    async def restart(self) -> None:
        """The bridge ends in order and comes back over the same store."""
        await self._inner.aclose()
        self._inner = AsyncExitStack()
        await self.start()

    async def close(self) -> None:
        await self._inner.aclose()
        await self._outer.aclose()

    def _settings(self, url: str) -> Settings:
        keys = Keys()
        shared = {
            "base_url": url,
            "api_key": keys.api_key,
            "app_key": keys.app_key,
            "webhook_secrets": [SECRET],
            "poll_interval": "50ms",
        }
        comments = "/sandbox/api/issues/{issue}/comments"
        return Settings.model_validate(
            {
                "server": {"port": self.port},
                "store": {"url": f"sqlite:///{self.folder / 'bridge.db'}"},
                "sync": {
                    "settle": "30ms",
                    "retry_first": "20ms",
                    "retry_max": "100ms",
                    "max_flips": 100_000,
                },
                "limits": {"max_cases_per_hour": 100_000},
                "logs": {"level": "error"},
                "rules": RULES,
                "trackers": {
                    "errors": {
                        "kind": "datadog_error_tracking",
                        "comments_path": comments,
                        **shared,
                    },
                    "cases": {"kind": "datadog_case_management", **shared},
                },
            }
        )

    async def plan(self, case: str) -> dict[str, Any]:
        """What the bridge would do for a case; nothing where it is not linked."""
        try:
            return await self.engine.desk.plan(f"cases:{case}")
        except NotFound:
            return {}

    async def is_answered(self, case: str) -> bool:
        """Whether everything done to *case* has been seen and answered."""
        plan = await self.plan(case)
        unanswered = ("due", "changes", "actions", "doubtful_until")
        return not any(plan.get(what) for what in unanswered)

    async def is_quiet(self) -> bool:
        """Whether nothing waits anywhere, and nobody would do anything more."""
        answers = await asyncio.gather(*map(self.is_answered, list(self.world.cases)))
        return all(answers) and await self.is_settled()

    async def is_settled(self) -> bool:
        """Whether nothing is on its way, nothing that arrived is open, and nothing was
        written meanwhile, whose webhook would have set out after the first glance."""
        written = len(self.world.writes)
        if self.sandbox.hooks.under_way:
            return False
        status = await self.engine.desk.status()
        return bool(status["settled"]) and written == len(self.world.writes)

    async def links(self) -> dict[str, str]:
        """The case of each linked issue, by the trackers' own ids."""
        page = await self.engine.desk.links(
            case=None, issue=None, cursor=None, limit=1000
        )
        return {
            item["issue"].partition(":")[2]: item["case"].partition(":")[2]
            for item in page["items"]
        }

    async def events(self) -> list[dict[str, Any]]:
        """Everything that was heard or seen."""
        items: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = await self.engine.desk.events(case=None, cursor=cursor, limit=1000)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Return once *condition* holds; a failure that says *what* never came."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not await condition():  # noqa: ASYNC110 - of a whole world
                await asyncio.sleep(GLANCE)
    except TimeoutError:
        raise AssertionError(f"never came: {what}") from None

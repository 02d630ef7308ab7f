"""A sandbox in this process and a real ``bridge serve`` beside it, killed at will."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bridge.sandbox.faults import Fault, FaultKind
from bridge.sandbox.hook_targets import Target
from bridge.sandbox.hooks import Mischief
from bridge.sandbox.sandbox import Sandbox
from bridge.sandbox.scenes import build_world
from bridge.sandbox.server import serving

CONFIG = """
[server]
port = {port}

[store]
url = "sqlite:///{folder}/bridge.db"

[sync]
settle = "1s"
retry_first = "200ms"
retry_max = "5s"
max_flips = 100000

[limits]
max_cases_per_hour = 100000

[logs]
format = "json"
level = "{level}"

[trackers.errors]
kind = "datadog_error_tracking"
base_url = "{sandbox}"
api_key = "sandbox-api-key"
app_key = "sandbox-app-key"
webhook_secrets = ["hook-secret"]
poll_interval = "{poll}s"
timeout = "3s"
concurrency = 64
comments_path = "/sandbox/api/issues/{{issue}}/comments"

[trackers.cases]
kind = "datadog_case_management"
base_url = "{sandbox}"
api_key = "sandbox-api-key"
app_key = "sandbox-app-key"
webhook_secrets = ["hook-secret"]
poll_interval = "{poll}s"
timeout = "3s"
concurrency = 64
default_project = "ET"

[[rules]]
name = "auto"
match = "service:auto"
project = "SHOP"
auto_create = true
"""
NEVER_ANSWERED = 4.0
"""Seconds, longer than the bridge waits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how large and how bad; times in seconds, *faults* a rate."""

    seconds: float = 600.0
    seed: int = 1
    cases: int = 200
    issues: int = 1000
    edits_per_second: float = 4.0
    faults: float = 0.05
    drop: float = 0.05
    double: float = 0.05
    longest_delay: float = 30.0
    kill_every: float = 30.0
    poll: float = 30.0
    patience: float = 180.0
    level: str = "warning"


class SoakWorld:
    """The two processes and what goes wrong between them."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        world = build_world(seed=plan.seed, cases=plan.cases, loose_issues=0)
        self.sandbox = Sandbox(world, issue_state_hooks=True, issue_comments=True)
        for _ in range(plan.issues - len(world.issues)):
            self.sandbox.people.new_issue(service="by-hand")
        self.sandbox.hooks.retry_wait = 1.0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.bridge: asyncio.subprocess.Process | None = None
        self.client = httpx.AsyncClient(timeout=30)
        self.starts = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configure(self, sandbox_url: str) -> None:
        text = CONFIG.format(
            port=self.port,
            folder=self.folder,
            sandbox=sandbox_url,
            poll=self.plan.poll,
            level=self.plan.level,
        )
        (self.folder / "config.toml").write_text(text)
        for side, name in (("issues", "errors"), ("cases", "cases")):
            target = Target(f"{self.url}/hooks/{name}", side, "hook-secret")
            self.sandbox.hooks.targets.append(target)

    def go_wrong(self) -> None:
        """Webhooks and answers go astray from now on."""
        plan, faults = self.plan, self.sandbox.faults
        mischief = Mischief(
            drop=plan.drop,
            double=plan.double,
            delay=0.2,
            longest_delay=plan.longest_delay,
            reorder=0.2,
            seed=plan.seed,
        )
        self.sandbox.hooks.misbehave(mischief)
        rate = plan.faults / 4
        faults.add(Fault(FaultKind.FAIL, rate=rate))
        faults.add(Fault(FaultKind.RATE_LIMIT, rate=rate, retry_after="1"))
        for kind in (FaultKind.HOLD, FaultKind.HOLD_AFTER):
            faults.add(Fault(kind, rate=rate / 2, seconds=NEVER_ANSWERED))
        for kind in (FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER):
            faults.add(Fault(kind, rate=rate / 2))

    def behave(self) -> dict[str, int]:
        """All is well again; how often each fault struck."""
        struck = {
            fault.kind.value: fault.struck
            for fault in self.sandbox.faults.armed.values()
        }
        self.sandbox.faults.clear()
        self.sandbox.hooks.misbehave(Mischief())
        return struck

    async def start(self) -> None:
        self.starts += 1
        with (self.folder / "bridge.log").open("ab") as out:
            self.bridge = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bridge", "serve", "--config", "config.toml"),
                stdout=out,
                stderr=out,
                cwd=self.folder,
            )
        await until(self.is_ready, 60)

    async def kill(self) -> None:
        if self.bridge and self.bridge.returncode is None:
            os.kill(self.bridge.pid, signal.SIGKILL)
            await self.bridge.wait()

    async def is_ready(self) -> bool:
        try:
            return (await self.client.get(f"{self.url}/readyz")).is_success
        except httpx.TransportError:
            return False

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.client.request(method, f"{self.url}/api/v1/{path}", json=body)

    async def listed(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list of the API."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            more = f"&cursor={cursor}" if cursor else ""
            page = (await self.ask("GET", f"{path}?limit=1000{more}")).json()
            items += page["items"]
            cursor = page["next"]
            if not cursor:
                return items

    async def is_settled(self) -> bool:
        """Whether nothing is on its way, nothing that arrived is open, and nothing was
        written meanwhile, whose webhook would have set out after the first glance."""
        written = len(self.sandbox.world.writes)
        if self.sandbox.hooks.under_way:
            return False
        status = (await self.ask("GET", "status")).json()
        return status["settled"] and written == len(self.sandbox.world.writes)


@asynccontextmanager
async def soak_world(plan: Plan, folder: Path) -> AsyncIterator[SoakWorld]:
    """The world, its bridge running, until the context ends."""
    world = SoakWorld(plan, folder)
    async with serving(world.sandbox) as url, world.sandbox.hooks:
        world.configure(url)
        try:
            await world.start()
            yield world
        finally:
            await world.client.aclose()
            await world.kill()


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Wait for *condition*, for so long at most; whether it came."""
    try:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.1)
    except TimeoutError:
        return False
    return True

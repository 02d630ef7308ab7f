"""Real processes: a sandbox and a bridge, started, asked, killed."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx

from tests.e2e.forge import Forked, forge

PATIENCE = 60.0
"""Seconds; a machine that is busy with other things takes its time."""
GLANCE = 0.05

CONFIG = """
[server]
port = {port}

[store]
url = "sqlite:///{store}"

[sync]
settle = "100ms"
retry_first = "100ms"
retry_max = "500ms"

[logs]
format = "json"

[trackers.errors]
kind = "datadog_error_tracking"
base_url = "{sandbox}"
api_key = "sandbox-api-key"
app_key = "sandbox-app-key"
webhook_secrets = ["hook-secret"]
poll_interval = "500ms"

[trackers.cases]
kind = "datadog_case_management"
base_url = "{sandbox}"
api_key = "sandbox-api-key"
app_key = "sandbox-app-key"
webhook_secrets = ["hook-secret"]
default_project = "ET"
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return once *condition* holds; TimeoutError when it never does."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - of another process
            await asyncio.sleep(GLANCE)


async def command(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit status, output and errors of ``bridge`` with *arguments* in *folder*."""
    with TemporaryFile() as out, TemporaryFile() as err:
        running = await forge().start("bridge", arguments, folder, out, err)
        status = await asyncio.wait_for(running.wait(), PATIENCE)
        for file in (out, err):
            file.seek(0)
        return status, out.read().decode(), err.read().decode()


@dataclass
class Process:
    """A command of ours, its output kept in a file."""

    arguments: list[str]
    log: Path
    process: Forked | None = None

    async def start(self) -> None:
        dash_m, module, *others = self.arguments
        assert dash_m == "-m"
        folder = self.log.parent
        with self.log.open("ab") as out:
            self.process = await forge().start(module, others, folder, out, out)

    async def kill(self) -> None:
        """SIGKILL, as a machine that goes down would."""
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    @property
    def output(self) -> str:
        return self.log.read_text()


@dataclass
class World:
    """A sandbox process and a bridge process, and clients of both."""

    folder: Path
    sandbox_port: int = field(default_factory=free_port)
    bridge_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.config = self.folder / "config.toml"
        self.config.write_text(
            CONFIG.format(
                port=self.bridge_port,
                store=self.folder / "bridge.db",
                sandbox=self.sandbox_url,
            )
        )
        self.sandbox = Process(
            [
                *("-m", "bridge.sandbox", "--port", str(self.sandbox_port)),
                *("--hooks", self.bridge_url, "--secret", "hook-secret"),
                *("--seed", "7"),
            ],
            self.folder / "sandbox.log",
        )
        self.bridge = Process(
            ["-m", "bridge", "serve", "--config", str(self.config)],
            self.folder / "bridge.log",
        )
        self.client = httpx.AsyncClient(timeout=PATIENCE)

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def bridge_url(self) -> str:
        return f"http://127.0.0.1:{self.bridge_port}"

    async def answers(self, url: str) -> bool:
        try:
            return (await self.client.get(url)).status_code == 200
        except httpx.TransportError:
            return False

    async def start_sandbox(self) -> None:
        await self.sandbox.start()
        await until(lambda: self.answers(f"{self.sandbox_url}/sandbox/state"))

    async def start_bridge(self) -> None:
        await self.bridge.start()
        await until(lambda: self.answers(f"{self.bridge_url}/readyz"))

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The bridge's answer to an API request that must succeed."""
        answer = await self.client.request(
            method, f"{self.bridge_url}/api/v1/{path}", json=body
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def told(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, output and errors of a command with the bridge's own config."""
        return await command(self.folder, *arguments, "--config", str(self.config))

    async def state(self) -> Any:
        """The sandbox's whole world."""
        return (await self.client.get(f"{self.sandbox_url}/sandbox/state")).json()

    async def edit(self, name: str, **what: str) -> None:
        """What a person does in a tracker."""
        answer = await self.client.post(
            f"{self.sandbox_url}/sandbox/edits", json={"edit": name, **what}
        )
        assert answer.is_success, answer.text

    async def link_all(self) -> dict[str, list[str]]:
        """Link every issue to the case that the scene means it for."""
        groups: dict[str, list[str]] = (await self.state())["groups"]
        for case, issues in groups.items():
            for issue in issues:
                link = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
                await self.ask("POST", "links", link)
        return groups

    async def is_settled(self) -> bool:
        status = await self.ask("GET", "status")
        return bool(status["settled"])

    async def disagreements(self) -> list[str]:
        """Cases whose group is not the lowest among their issues, by the trackers."""
        rank = {"OPEN": 1, "IN_PROGRESS": 2, "CLOSED": 3}
        of = {"OPEN": 1, "ACKNOWLEDGED": 2, "RESOLVED": 3, "IGNORED": 3, "EXCLUDED": 3}
        state = await self.state()
        issues = {issue["id"]: issue["state"] for issue in state["issues"]}
        wrong = []
        for case in state["cases"]:
            lowest = min(of[issues[issue]] for issue in state["groups"][case["id"]])
            group = case["group"].upper().replace(" ", "_").removeprefix("SG_")
            if rank[group] != lowest:
                wrong.append(case["key"])
        return wrong

    async def is_agreed(self) -> bool:
        return await self.is_settled() and not await self.disagreements()


@asynccontextmanager
async def world_of(folder: Path) -> AsyncIterator[World]:
    """A world whose processes end with the context; nothing is started yet."""
    world = World(folder)
    try:
        yield world
    finally:
        await world.client.aclose()
        for process in (world.bridge, world.sandbox):
            if process.process:
                await process.kill()

"""A bridge whose every secret is a canary, at a tracker that tells what it is sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx

from bridge.sandbox.hook_targets import Target
from bridge.sandbox.sandbox import Sandbox
from bridge.sandbox.scenes import build_world
from bridge.sandbox.server import serving
from tests.e2e.described import check
from tests.e2e.front import Front, serving_front
from tests.e2e.processes import PATIENCE, Process, free_port, until

SECRETS = {
    name: f"canary-{name}-8fd1"
    for name in (
        *("errors-api", "errors-app", "cases-api", "cases-app"),
        *("errors-hook", "errors-hook-old", "cases-hook", "token", "password"),
        *("guess", "asked", "notify-path", "notify-key"),
    )
} | {"notify-secret": "whsec_Y2FuYXJ5LW5vdGlmeS1zZWNyZXQtOGZkMQ=="}
"""What must be nowhere: our secrets, what guessers send, what is asked by mistake."""

CONFIG = """
[server]
port = {port}
api_token = "{secrets[token]}"

[store]
url = "sqlite:///{store}"

[sync]
settle = "50ms"
retry_first = "50ms"
retry_max = "200ms"
probe = "200ms"

[logs]
format = "json"
level = "debug"

[trackers.errors]
kind = "datadog_error_tracking"
base_url = "{front}"
api_key = "{secrets[errors-api]}"
app_key = "{secrets[errors-app]}"
webhook_secrets = ["{secrets[errors-hook]}", "{secrets[errors-hook-old]}"]
poll_interval = "{poll}"
comments_path = "/sandbox/api/issues/{{issue}}/comments"

[trackers.cases]
kind = "datadog_case_management"
base_url = "{front}"
api_key = "{secrets[cases-api]}"
app_key = "{secrets[cases-app]}"
webhook_secrets = ["{secrets[cases-hook]}"]
poll_interval = "{poll}"
default_project = "ET"

[[rules]]
name = "web"
match = "service:web-store"
project = "SHOP"

[[notify]]
name = "pager"
kind = "webhook"
url = "{front}/{secrets[notify-path]}?key={secrets[notify-key]}"
secret = "{secrets[notify-secret]}"
"""


@dataclass
class Guarded:
    """The bridge's process, its trackers within reach, and all that it let out."""

    folder: Path
    sandbox: Sandbox
    front: Front
    bridge: Process
    url: str
    client: httpx.AsyncClient
    outputs: list[str] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str = SECRETS["token"],
        **headers: str,
    ) -> httpx.Response:
        """An answer of the bridge; what it shows is kept."""
        headers = {"Authorization": f"Bearer {token}", **headers}
        answer = await self.client.request(method, path, json=body, headers=headers)
        self.outputs.append(f"{answer.headers!r} {answer.text}")
        return answer

    async def look(self, path: str) -> None:
        """A page for people; what it shows is kept."""
        bearer = {"Authorization": f"Bearer {SECRETS['token']}"}
        async with httpx.AsyncClient(
            base_url=self.url, headers=bearer, trust_env=False
        ) as client:
            answer = await client.get(path)
        assert answer.headers["Content-Type"].startswith("text/html"), path
        self.outputs.append(f"{answer.headers!r} {answer.text}")

    @property
    def an_issue(self) -> str:
        return next(iter(self.sandbox.world.issues))

    async def status(self) -> dict[str, object]:
        told: dict[str, object] = (await self.ask("GET", "/api/v1/status")).json()
        return told

    async def is_settled(self) -> bool:
        return bool((await self.status())["settled"])

    async def link_all(self) -> None:
        """Link every issue to the case that the scene means it for."""
        for case, issues in self.sandbox.world.groups.items():
            for issue in issues:
                link = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
                assert (await self.ask("POST", "/api/v1/links", link)).is_success
        await until(self.is_settled)

    def everything(self) -> Iterator[tuple[str, bytes]]:
        """All that anybody can come to see, by where it was."""
        yield "the log", self.bridge.log.read_bytes()
        yield "an answer or an output", "\n".join(self.outputs).encode()
        for path in sorted(self.folder.glob("bridge.db*")):
            yield path.name, path.read_bytes()


def found(told: bytes, secret: str) -> bool:
    """Whether *told* has *secret*, plain or as it would be in an address or half."""
    half = len(secret) - 6
    forms = (secret, quote(secret, safe=""), secret[:half], secret[6:][-half:])
    return any(form.encode() in told for form in forms)


@asynccontextmanager
async def guarded(folder: Path, *, poll: str = "300ms") -> AsyncIterator[Guarded]:
    """Sandbox, front and bridge for as long as the context lasts."""
    async with AsyncExitStack() as stack:
        sandbox = Sandbox(build_world(seed=3, cases=4), issue_comments=True)
        front = Front(await stack.enter_async_context(serving(sandbox)))
        stack.push_async_callback(front.client.aclose)
        front_url = await stack.enter_async_context(serving_front(front))
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        config = folder / "config.toml"
        config.write_text(
            CONFIG.format(
                port=port,
                store=folder / "bridge.db",
                front=front_url,
                secrets=SECRETS,
                poll=poll,
            )
        )
        for side, name in (("issues", "errors"), ("cases", "cases")):
            secret = SECRETS[f"{name}-hook"]
            target = Target(f"{url}/hooks/{name}", side, secret)
            sandbox.hooks.targets.append(target)
        client = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=url,
                trust_env=False,
                timeout=PATIENCE,
                event_hooks={"response": [check]},
            )
        )
        arguments = ["-m", "bridge", "serve", "--config", str(config)]
        process = Process(arguments, folder / "bridge.log")
        await process.start()
        stack.push_async_callback(process.kill)
        await until(lambda: _is_ready(client))
        await stack.enter_async_context(sandbox.hooks)
        yield Guarded(folder, sandbox, front, process, url, client)


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).is_success
    except httpx.TransportError:
        return False


async def run(guarded: Guarded, *arguments: str, config: Path | None = None) -> int:
    """A command of ours on the bridge's configuration; what it says is kept."""
    command = Process(
        ["-m", "bridge", *arguments, "--config", str(config or guarded.config)],
        guarded.folder / f"command-{len(guarded.outputs)}.txt",
    )
    await command.start()
    assert command.process
    code = await asyncio.wait_for(command.process.wait(), PATIENCE)
    guarded.outputs.append(command.output)
    return code


async def a_store_out_of_reach(guarded: Guarded) -> None:
    """Commands over a database that does not answer and wants a password; the server
    waits for it."""
    config = guarded.folder / "other.toml"
    store = f"sqlite:///{guarded.folder / 'bridge.db'}"
    database = f"postgresql://me:{SECRETS['password']}@127.0.0.1/bridge"
    config.write_text(guarded.config.read_text().replace(store, database))
    for command in ("check", "status"):
        assert await run(guarded, command, config=config) in {0, 1, 2}
    arguments = ["-m", "bridge", "serve", "--config", str(config)]
    serving = Process(arguments, guarded.folder / "serving.txt")
    await serving.start()

    async def is_said() -> bool:
        return "store.unreachable" in serving.output

    try:
        await until(is_said)
    finally:
        await serving.end()
    guarded.outputs.append(serving.output)

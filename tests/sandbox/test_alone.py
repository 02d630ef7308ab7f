"""The sandbox as a process of its own, and its servers side by side."""

import asyncio
import json
import signal
import sys

import aiohttp

from bridge.sandbox import Sandbox, Side, serving
from bridge.sandbox.world import World

_KEYS = {"DD-API-KEY": "sandbox-api-key", "DD-APPLICATION-KEY": "sandbox-app-key"}


async def test_it_runs_alone_and_ends_on_request() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bridge.sandbox", "--port", "0"),
        *("--cases-port", "0", "--cases", "3", "--hooks", "http://127.0.0.1:1"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    told = [(await process.stdout.readline()).decode().split() for _ in range(3)]
    urls = {line[0].rstrip(":"): line[1] for line in told[:2]}

    async with aiohttp.ClientSession() as http:
        async with http.get(urls["cases"] + "/sandbox/state") as answer:
            state = await answer.json()
        # A stream that is open must not keep the process from ending.
        async with http.get(urls["issues"] + "/sandbox/live") as live:
            await live.content.readline()
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(60):
                assert await process.wait() == 0

    assert told[2] == ["ready"]
    assert len(state["cases"]) == 3


async def test_two_servers_show_one_world_each_its_own_side(world: World) -> None:
    sandbox = Sandbox(world)
    issue = f"/api/v2/error-tracking/issues/{next(iter(world.issues))}"
    async with (
        serving(sandbox, side=Side.ISSUES) as issues,
        serving(sandbox, side=Side.CASES) as cases,
        aiohttp.ClientSession(headers=_KEYS) as http,
    ):
        statuses = []
        for url in (issues + issue, cases + "/api/v2/cases"):
            async with http.get(url) as answer:
                statuses.append(answer.status)
        for url in (cases + issue, issues + "/api/v2/cases"):
            async with http.get(url) as answer:
                statuses.append(answer.status)
                assert "errors" in await answer.json(content_type=None)

    assert statuses == [200, 200, 404, 404]


async def test_changes_stream_as_they_happen(url: str, sandbox: Sandbox) -> None:
    issue = next(iter(sandbox.world.issues))
    sandbox.people.set_issue_state(issue, "OPEN")
    async with aiohttp.ClientSession() as http, http.get(f"{url}/sandbox/live") as live:
        await live.content.readuntil(b"\n\n")
        sandbox.people.set_issue_state(issue, "IGNORED")
        event = await live.content.readuntil(b"\n\n")

    told = json.loads(event.partition(b"data: ")[2])
    assert (told["kind"], told["issue"], told["new"], told["via"]) == (
        "issue.state",
        issue,
        "IGNORED",
        "person",
    )

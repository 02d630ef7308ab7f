"""A backfill without a server, cut off in the middle, and carried on by the next."""

import json
import signal
from pathlib import Path
from typing import Any

from tests.e2e.processes import Process, World, command, until, world_of

RULES = """
[[rules]]
name = "the store"
match = "service:web-store OR service:checkout"
project = "SHOP"
auto_create = true
"""


async def made(world: World) -> list[Any]:
    """The cases that the bridge created."""
    state = await world.state()
    return [one for one in state["cases"] if one["id"] not in state["groups"]]


async def wanted(world: World) -> list[str]:
    """The issues that the rule wants a case for."""
    issues = (await world.state())["issues"]
    return [i["id"] for i in issues if i["service"] in {"web-store", "checkout"}]


async def ask(world: World, *arguments: str) -> tuple[int, str]:
    """The exit status and the output of a command."""
    told = (*arguments, "--config", str(world.config))
    status, out, _ = await command(world.folder, *told)
    return status, out


async def test_a_backfill_without_a_server_is_cut_off_and_carried_on(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        world.config.write_text(world.config.read_text() + RULES)
        await world.start_sandbox()
        issues = await wanted(world)
        arguments = ["-m", "bridge", "backfill", "--since", "20d"]
        backfill = Process(
            [*arguments, "--config", str(world.config)], tmp_path / "backfill.log"
        )

        # Each creation takes its time, so that there is something left to cut off.
        slow = {"kind": "delay", "method": "POST", "path": "/api/v2/cases"}
        url = f"{world.sandbox_url}/sandbox/faults"
        armed = await world.client.post(url, json={**slow, "seconds": 0.5})
        assert armed.is_success
        await backfill.start()
        await until(lambda: some(world))
        status = await backfill.end(signal.SIGINT)

        assert status == 1
        assert "Nothing is lost" in backfill.output
        assert "Traceback" not in backfill.output
        assert len(await made(world)) < len(issues)
        await world.client.delete(url)

        await world.start_bridge()
        await until(world.is_settled)
        await until(lambda: is_over(world))
        await until(world.is_settled)

        links = await world.ask("GET", "links?limit=1000")
        assert sorted(one["issue"] for one in links["items"]) == sorted(
            f"errors:{issue}" for issue in issues
        )
        assert len(await made(world)) == len(issues)


async def test_a_backfill_without_a_server_comes_to_its_end(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        world.config.write_text(world.config.read_text() + RULES)
        await world.start_sandbox()
        issues = await wanted(world)

        first = await ask(world, "backfill", "--since", "10d", "--json")
        again = await ask(world, "backfill", "--since", "10d", "--json")

        assert (first[0], again[0]) == (0, 0)
        assert json.loads(first[1])["due"] == len(issues)
        assert json.loads(again[1])["linked"] == len(issues)
        assert len(await made(world)) == len(issues)


async def some(world: World) -> bool:
    return bool(await made(world))


async def is_over(world: World) -> bool:
    return not (await world.ask("GET", "backfill"))["under_way"]

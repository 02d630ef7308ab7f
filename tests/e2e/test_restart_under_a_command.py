"""A bridge that is killed while a command waits for its answer, and comes back."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from tests.e2e.processes import World, until, world_of


async def faults(world: World) -> list[dict[str, Any]]:
    answer = await world.client.get(f"{world.sandbox_url}/sandbox/faults")
    told: dict[str, dict[str, Any]] = answer.json()
    return [*told.values()]


async def test_the_command_has_its_answer_all_the_same(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        case, (issue, *_) = next(iter((await world.state())["groups"].items()))
        held = {"kind": "hold", "path": f"*/issues/{issue}"}
        url = f"{world.sandbox_url}/sandbox/faults"
        assert (await world.client.post(url, json=held)).is_success
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bridge", "link", f"errors:{issue}"),
            f"cases:{case}",
            *("--config", str(world.config)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

        async def is_at_work() -> bool:
            return any(one["struck"] for one in await faults(world))

        await until(is_at_work)
        await world.bridge.kill()
        assert (await world.client.delete(url)).is_success
        await world.start_bridge()
        out, err = await command.communicate()
        links = (await world.ask("GET", "links"))["items"]

    assert (command.returncode, err.decode()) == (0, "")
    assert out.decode() == f"errors:{issue} belongs to cases:{case} now.\n"
    assert [link["case"] for link in links] == [f"cases:{case}"]

"""While a tracker's rate limit asks to wait, the API and the commands say how long."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.processes import World, world_of

ASKED = 55


async def paused(world: World) -> tuple[str, str]:
    """An issue and its case, at trackers that from now on ask to wait."""
    await world.start_sandbox()
    await world.start_bridge()
    case, (issue, *_) = next(iter((await world.state())["groups"].items()))
    armed = {"kind": "rate_limit", "retry_after": str(ASKED), "path": "/api/*"}
    url = f"{world.sandbox_url}/sandbox/faults"
    assert (await world.client.post(url, json=armed)).is_success
    return f"errors:{issue}", f"cases:{case}"


@pytest.mark.parametrize("path", ["links", "cases", "rules/test"])
async def test_a_told_pause_is_told_on(tmp_path: Path, path: str) -> None:
    async with world_of(tmp_path) as world:
        issue, case = await paused(world)
        body = {"issue": issue} | ({"case": case} if path == "links" else {})
        url = f"{world.bridge_url}/api/v1/{path}"
        answers = [await world.client.post(url, json=body) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert 1 <= int(answer.headers["Retry-After"]) <= ASKED


async def test_a_command_says_when_to_come_back(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        issue, _ = await paused(world)
        told = await asyncio.to_thread(
            subprocess.run,
            [
                *(sys.executable, "-m", "bridge", "create", issue),
                *("--config", str(world.config)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )

    assert told.returncode == 1
    assert re.search(r"^Try again in \d+ s\.$", told.stderr, re.MULTILINE)

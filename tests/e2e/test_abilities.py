"""What a tracker cannot do is said when the bridge starts."""

import json
from pathlib import Path

from tests.e2e.processes import world_of


async def test_serve_says_once_what_a_tracker_cannot_do(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_bridge()
        await world.bridge.end()

        lines = [json.loads(line) for line in world.bridge.output.splitlines()]
        (told,) = [line for line in lines if line["event"] == "ability.missing"]

    assert (told["tracker"], told["what"]) == ("errors", "comments")
    assert told["text"] == (
        "errors (datadog_error_tracking) cannot hold comments: "
        "Datadog's public API has none"
    )

"""Commands that list, beside a real bridge and on its store."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.processes import World, until, world_of

LISTS = (
    ("cases", "--all"),
    ("links", "--all"),
    ("rules", "list"),
)


async def told(world: World, *arguments: str) -> Any:
    """What a command prints for programs."""
    status, out, err = await world.told(*arguments, "--json")
    assert status == 0, err
    answer = json.loads(out)
    for one in answer.get("items", ()):
        one.pop("next_look", None)  # It moves with every look.
    return answer


@pytest.mark.timeout(300)
async def test_lists_are_the_same_beside_a_bridge_and_without(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        groups = await world.link_all()
        await until(world.is_settled)

        beside = [await told(world, *one) for one in LISTS]
        name = beside[0]["items"][0]["case"]
        case = await told(world, "case", name)
        await world.bridge.kill()
        alone = [await told(world, *one) for one in LISTS]

        cases, links, rules = beside
        assert alone == beside
        assert {one["case"] for one in cases["items"]} == {
            f"cases:{case}" for case in groups
        }
        assert len(links["items"]) == sum(map(len, groups.values()))
        assert {one["issue"] for one in case["issues"]} == {
            f"errors:{issue}" for issue in groups[name.partition(":")[2]]
        }
        assert rules["default"]["meets"] == rules["recorded"] > 0

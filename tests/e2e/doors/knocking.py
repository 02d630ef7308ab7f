"""Towns to knock at every door of: bridges that hear in different ways, and a page.

In the town that is *told*, every change sends a webhook and the timer rests; the one
with a *page* is such a town too. In the town that *looks*, no webhook is sent at all.
In the *dry* one the bridge writes nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.e2e.doors.town import PAGE, POLL, Town
from tests.e2e.processes import world_of

WEBHOOK, API, CLI = "webhook", "api", "cli"
HEARING = (WEBHOOK, POLL, PAGE)
ASKING = (API, CLI, PAGE)
COMMENTS_PATH = '"/sandbox/api/issues/{issue}/comments"'

RULES = """
[[rules]]
name = "new ones"
match = "service:auto"
project = "SHOP"
auto_create = true

[[rules]]
name = "by hand"
match = "service:ruled"
project = "SHOP"
"""
TOWN_OF = {WEBHOOK: "told", API: "told", CLI: "told", PAGE: "paged", POLL: "looks"}
"""The fixture of the town in which a door is the only way to hear of anything."""

in_town = pytest.mark.asyncio(loop_scope="session")
in_dry_town = pytest.mark.xdist_group("dry")


def doors(*names: str) -> pytest.MarkDecorator:
    """The doors at which a row is played: by one worker for each town, as starting a
    town costs more than asking it."""
    played = [
        pytest.param(name, marks=pytest.mark.xdist_group(TOWN_OF[name]))
        for name in names
    ]
    return pytest.mark.parametrize("door", played)


def dry_doors(*names: str) -> pytest.MarkDecorator:
    """The same for rows that are played in the dry town whatever their door is."""
    return pytest.mark.parametrize(
        "door", [pytest.param(name, marks=in_dry_town) for name in names]
    )


def cause_at(door: str) -> str:
    """What made the bridge look, of an edit that was heard of at that door."""
    return "poll" if door == POLL else "delivery"


@asynccontextmanager
async def town_of(
    folder: Path, *sandbox: str, poll: str, comments: bool = True
) -> AsyncIterator[Town]:
    """A town whose sandbox is started with *sandbox*; the bridge runs."""
    async with world_of(folder) as world:
        timer = f'poll_interval = "{poll}"\n'
        config = world.config.read_text().replace('poll_interval = "500ms"\n', timer)
        beside = f"comments_path = {COMMENTS_PATH}\n" if comments else ""
        config = config.replace("[trackers.errors]\n", f"[trackers.errors]\n{beside}")
        config = config.replace("[trackers.cases]\n", f"[trackers.cases]\n{timer}")
        world.config.write_text(config + RULES)
        world.sandbox.arguments += ["--cases", "0", "--loose", "0", *sandbox]
        await world.start_sandbox()
        await world.start_bridge()
        yield Town(world)

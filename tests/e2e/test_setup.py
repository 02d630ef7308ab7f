"""Webhooks installed at a real sandbox make it call a real ``bridge serve``."""

import json
from pathlib import Path

from tests.e2e.processes import until, world_of


async def test_installed_webhooks_arrive_and_check_live_sees_them(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        world.sandbox.arguments = world.sandbox.arguments[:4]
        await world.start_sandbox()
        projects = [
            project["attributes"]["key"]
            for project in (await world.state())["projects"]
        ]
        rules = "".join(
            f'\n[[rules]]\nname = "{key}"\nmatch = "service:{key}"\nproject = "{key}"\n'
            for key in projects
        )
        text = world.config.read_text() + rules
        world.config.write_text(
            text.replace("[server]\n", f'[server]\npublic_url = "{world.bridge_url}"\n')
        )
        await world.start_bridge()

        installed = await world.told("webhooks", "install")
        case = (await world.state())["cases"][0]
        status = "Open" if case["status"] != "Open" else "Closed"
        await world.edit("set_case_status", case=case["id"], status_name=status)

        async def has_arrived() -> bool:
            return bool((await world.ask("GET", "events"))["items"])

        await until(has_arrived)
        (event,) = (await world.ask("GET", "events"))["items"]
        checked = await world.told("check", "--live", "--json")

    assert installed[0] == 0, installed[1] + installed[2]
    assert event["key"] == f"cases:{case['key']}"
    found = json.loads(checked[1])["live"]
    good = {(one["tracker"], one["name"]): one["good"] for one in found}
    assert good["cases", "webhooks firing"] is True
    assert good["errors", "webhooks firing"] is None
    assert checked[0] == 0, checked[1]

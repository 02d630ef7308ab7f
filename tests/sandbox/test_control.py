"""The sandbox scripted from outside, and by whom it is not."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bridge.sandbox import Sandbox
from tests.sandbox.wire import got, issue_path, issue_state


@pytest.fixture
async def outside(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(url) as session:
        yield session


async def test_another_process_can_script_everything(
    outside: aiohttp.ClientSession, http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    issue = next(iter(sandbox.world.issues))
    edit = {"edit": "set_issue_state", "issue": issue, "state": "EXCLUDED"}
    async with outside.post("/sandbox/edits", json=edit) as answer:
        assert (answer.status, await answer.json()) == (201, {"id": issue})
    _, state = await got(outside, "/sandbox/state")
    shown = {item["id"]: item["state"] for item in state["issues"]}
    assert shown[issue] == "EXCLUDED"
    assert state["groups"] == {k: list(v) for k, v in sandbox.world.groups.items()}

    async with outside.post("/sandbox/faults", json={"kind": "fail"}) as answer:
        number = (await answer.json())["id"]
    assert (await got(http, issue_path(sandbox.world)))[0].status == 503
    await outside.delete(f"/sandbox/faults/{number}")

    await http.put(f"{issue_path(sandbox.world)}/state", json=issue_state("OPEN"))
    _, writes = await got(outside, "/sandbox/writes")
    assert [item["status"] for item in writes["items"]] == [200]
    _, edits = await got(outside, "/sandbox/edits")
    assert edits["items"][-1]["name"] == "set_issue_state"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("edits", {"edit": "explode"}, 400),
        ("edits", {"edit": "set_issue_state", "issue": "x"}, 400),
        ("edits", {"edit": "archive", "case": "NO-1"}, 404),
        ("edits", {"edit": "set_issue_state", "issue": "x", "state": "NEW"}, 400),
        ("faults", {"kind": "explode"}, 400),
        ("mischief", {"drop": "often"}, 400),
    ],
)
async def test_the_control_routes_refuse_nonsense(
    outside: aiohttp.ClientSession, path: str, body: dict[str, str], status: int
) -> None:
    async with outside.post(f"/sandbox/{path}", json=body) as answer:
        assert answer.status == status
        assert "error" in await answer.json()


async def test_another_web_page_cannot_drive_the_sandbox(
    outside: aiohttp.ClientSession,
) -> None:
    async with outside.post("/sandbox/edits", data="{}") as answer:
        assert answer.status == 415

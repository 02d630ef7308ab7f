"""``bridge serve`` between trackers in other processes, by a hand-written config."""

import asyncio
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.processes import CONFIG, World, until, world_of

STATES = ("OPEN", "ACKNOWLEDGED", "RESOLVED", "IGNORED", "EXCLUDED")
STATUSES = ("Open", "In Progress", "Closed")
ISSUE_HOOK = {"Authorization": "Bearer hook-secret"}


async def edits(world: World, count: int, rng: random.Random) -> None:
    """People work on both sides without waiting for anybody."""
    groups = (await world.state())["groups"]
    types = {case["id"]: case["status"] for case in (await world.state())["cases"]}
    plain = [case for case, status in types.items() if status in STATUSES]
    for _ in range(count):
        case = rng.choice(sorted(groups))
        if rng.random() < 0.5 or case not in plain:
            issue = rng.choice(groups[case])
            await world.edit("set_issue_state", issue=issue, state=rng.choice(STATES))
        else:
            await world.edit(
                "set_case_status", case=case, status_name=rng.choice(STATUSES)
            )


async def test_both_sides_agree_through_kill_minus_nine(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        await world.link_all()
        rng = random.Random(5)
        for _ in range(4):
            await edits(world, 50, rng)
            await world.bridge.kill()
            await world.start_bridge()

        await until(world.is_agreed)

        status = await world.ask("GET", "status")
        assert status["dead"] == status["parked"] == status["pending"] == 0


async def test_an_accepted_delivery_survives_kill_minus_nine(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        ids = []
        for number in range(50):
            answer = await world.client.post(
                f"{world.bridge_url}/hooks/errors",
                headers=ISSUE_HOOK,
                json={"event_id": f"event-{number}", "text": "something"},
            )
            assert answer.status_code == 202
            ids.append(answer.json()["delivery"])
        await world.bridge.kill()
        await world.start_bridge()
        await until(world.is_settled)

        events = (await world.ask("GET", "events?limit=1000"))["items"]

        outcomes = {event["delivery"]: event["outcome"] for event in events}
        assert {outcomes[each] for each in ids} == {"applied"}


async def test_commands_work_beside_the_server_and_without_it(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        groups = (await world.state())["groups"]
        case, issues = next(iter(groups.items()))

        link = ("link", f"errors:{issues[0]}", f"cases:{case}")
        beside = await world.told(*link, "--json")
        again = await world.told(*link)
        plan = await world.told("plan", issues[0], "--json")
        await until(world.is_settled)
        assert await world.bridge.end() == 0
        without = await world.told("status", "--json")
        unlinked = await world.told("unlink", issues[0])

    assert (beside[0], beside[2]) == (0, "")
    assert json.loads(beside[1])["case"] == f"cases:{case}"
    assert again[0] == 1
    assert f"cases:{case}" in again[2]
    assert json.loads(plan[1])["case"] == f"cases:{case}"
    assert json.loads(without[1])["links"] == 1
    assert unlinked[0] == 0, unlinked[2]


async def test_bad_deliveries_get_a_clear_answer_each_and_leave_nothing(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        await world.start_bridge()

        async def status(tracker: str, body: bytes, secret: str = "hook-secret") -> int:
            answer = await world.client.post(
                f"{world.bridge_url}/hooks/{tracker}",
                content=body,
                headers={"Authorization": f"Bearer {secret}"},
            )
            assert "hook-secret" not in answer.text
            return answer.status_code

        assert await status("errors", b"{not json") == 400
        assert await status("errors", b"{}", secret="wrong") == 401
        assert await status("errors", b'{"text": "' + b"x" * 2**21 + b'"}') == 413
        assert await status("nobody", b"{}") == 404
        assert (await world.ask("GET", "events"))["items"] == []
        assert (await world.ask("GET", "status"))["settled"]


def test_a_wrong_key_is_refused_with_its_place(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    text = CONFIG.format(port=0, store=tmp_path / "b.db", sandbox="http://127.0.0.1:1")
    config.write_text(text.replace("settle =", "setle ="))

    done = subprocess.run(
        [sys.executable, "-m", "bridge", "serve", "--config", str(config)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert "sync.setle" in done.stderr
    assert "settle" in done.stderr
    assert not (tmp_path / "b.db").exists()


async def test_a_tracker_out_of_reach_delays_and_loses_nothing(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        groups = await world.link_all()
        await until(world.is_settled)
        await world.sandbox.kill()
        case = next(iter(groups))
        answer = await world.client.post(
            f"{world.bridge_url}/hooks/cases",
            headers=ISSUE_HOOK,
            json={"case_id": case, "event_id": "while-away"},
        )
        assert answer.status_code == 202

        async def has_noticed() -> bool:
            trackers: dict[str, Any] = (await world.ask("GET", "status"))["trackers"]
            return all(tracker["problem"] for tracker in trackers.values())

        await until(has_noticed)
        assert not await world.is_settled()
        assert (await world.client.get(f"{world.bridge_url}/healthz")).is_success

        await world.start_sandbox()
        await until(world.is_settled)
        events = (await world.ask("GET", "events"))["items"]
        (event,) = [e for e in events if e["delivery"] == answer.json()["delivery"]]
        assert event["outcome"] in {"applied", "no-op", "ignored"}


async def test_no_secret_is_in_the_log_or_the_store(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        await world.link_all()
        await until(world.is_settled)
        async with httpx.AsyncClient() as client:
            await client.post(
                f"{world.bridge_url}/hooks/errors",
                headers=ISSUE_HOOK,
                json={"text": "fine"},
            )
        await world.bridge.end()
        files = await asyncio.to_thread(lambda: list(tmp_path.glob("bridge.*")))
        kept = b"".join(path.read_bytes() for path in files)

    assert len(files) > 1
    for secret in (b"hook-secret", b"sandbox-api-key", b"sandbox-app-key"):
        assert secret not in kept

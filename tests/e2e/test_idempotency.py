"""Requests with a key, and a bridge that is killed around them."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridge.web.idempotency import HEADER, REPEATED
from tests.e2e.processes import World, until, world_of
from tests.e2e.replicas import replica_world
from tests.postgres import Postgres

KEY = {HEADER: "8e03978e-40d5-43dd-bc93-6894a57f9324"}
UNKEPT = "tests.e2e.unkept_bridge"


async def post(world: World, path: str, body: Any) -> httpx.Response:
    url = f"{world.bridge_url}/api/v1/{path}"
    return await world.client.post(url, json=body, headers=KEY)


async def test_an_answer_outlives_kill_minus_nine(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        await world.start_bridge()
        case, (issue, *_) = next(iter((await world.state())["groups"].items()))
        link = {"issue": f"errors:{issue}", "case": f"cases:{case}"}
        first = await post(world, "links", link)
        await world.bridge.kill()
        await world.start_bridge()

        again = await post(world, "links", link)
        other = await post(world, "links", {**link, "case": "cases:other"})

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        assert again.headers[REPEATED] == "true"
        assert other.status_code == 422


async def test_cut_off_before_its_answer_was_kept_a_case_is_made_once(
    tmp_path: Path,
) -> None:
    async with world_of(tmp_path) as world:
        await world.start_sandbox()
        state = await world.state()
        cases = len(state["cases"])
        issue = f"errors:{state['issues'][0]['id']}"
        plain = world.bridge.arguments
        world.bridge.arguments = ["-m", UNKEPT, *plain[2:]]
        await world.start_bridge()
        with pytest.raises(httpx.TransportError):
            await post(world, "cases", {"issue": issue})
        world.bridge.arguments = plain
        await world.start_bridge()
        await until(world.is_settled)

        again = await post(world, "cases", {"issue": issue})
        repeated = await post(world, "cases", {"issue": issue})

        (link,) = (await world.ask("GET", f"links?issue={issue}"))["items"]
        assert again.status_code == 409
        assert again.json()["case"] == link["case"]
        assert (repeated.status_code, repeated.json()) == (409, again.json())
        assert len((await world.state())["cases"]) == cases + 1


async def test_two_replicas_that_are_asked_at_once_make_one_case(
    tmp_path: Path, postgres: Postgres
) -> None:
    async with replica_world(tmp_path, postgres.new_database()) as world:
        await world.start_replicas(2)
        issue = f"errors:{world.people.new_issue(service='web-store').id}"

        async def ask(port: int) -> httpx.Response:
            url = f"http://127.0.0.1:{port}/api/v1/cases"
            body = {"issue": issue}
            while True:
                answer = await world.client.post(url, json=body, headers=KEY)
                if answer.status_code != 409 or "Retry-After" not in answer.headers:
                    return answer

        ports = [replica.port for replica in world.replicas]
        answers = await asyncio.gather(*map(ask, [*ports, *ports, *ports]))

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert [REPEATED in answer.headers for answer in answers].count(False) == 1
        assert len(world.inner.cases) == 1

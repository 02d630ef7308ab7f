"""``bridge serve`` while its database takes nobody in: at its start, and later on."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.e2e.processes import CONFIG, World, until, world_of
from tests.postgres import Postgres

HOOK = {"Authorization": "Bearer hook-secret"}
DELIVERY = {"case_id": "67d80aa3-36ff-44b9-a694-c501a7591737", "event_type": "x"}


class Database:
    """One that can be closed to all and opened again."""

    def __init__(self, server: Postgres) -> None:
        self.url = server.new_database()
        self._name = make_url(self.url).database
        self._beside = server.url("postgres")

    def allow(self, *, connections: bool) -> None:
        with psycopg.connect(self._beside, autocommit=True) as conn:
            allowed = f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS {connections}"
            conn.execute(allowed.encode())
            if not connections:
                conn.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = %s",
                    (self._name,),
                )


@pytest.fixture
def database(postgres: Postgres) -> Database:
    return Database(postgres)


@pytest.fixture
async def world(tmp_path: Path, database: Database) -> AsyncIterator[World]:
    async with world_of(tmp_path) as made:
        text = CONFIG.format(port=made.bridge_port, store="x", sandbox=made.sandbox_url)
        made.config.write_text(text.replace("sqlite:///x", database.url))
        yield made


async def deliver(world: World, number: int) -> int:
    answer = await world.client.post(
        f"{world.bridge_url}/hooks/cases",
        json=DELIVERY | {"event_id": f"{number}"},
        headers=HOOK,
    )
    return answer.status_code


async def test_nothing_is_acknowledged_that_is_not_kept(
    world: World, database: Database
) -> None:
    database.allow(connections=False)
    await world.start_sandbox()
    await world.bridge.start()

    async def has_said_so() -> bool:
        return "store.unreachable" in world.bridge.output

    await until(has_said_so)
    database.allow(connections=True)
    await until(lambda: world.answers(f"{world.bridge_url}/readyz"))
    assert await deliver(world, 1) == 202
    database.allow(connections=False)
    refused = await deliver(world, 2)
    ready = await world.client.get(f"{world.bridge_url}/readyz")
    database.allow(connections=True)

    assert refused == 503
    assert ready.status_code == 503
    assert "the store is down" in ready.text
    assert await deliver(world, 2) == 202
    await until(world.is_settled)
    events = (await world.ask("GET", "events"))["items"]
    assert len(events) == 2
    assert all(event["outcome"] for event in events)
    assert await world.bridge.end() == 0

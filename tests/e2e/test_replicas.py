"""Several ``bridge serve`` over one PostgreSQL: killed, stopped, restarted."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.sandbox.faults import Fault
from tests.e2e.crashes import trios
from tests.e2e.processes import until
from tests.e2e.replicas import ReplicaWorld, replica_world
from tests.e2e.trio import After, Trio, faults_of
from tests.postgres import Postgres

SETS = 2


@pytest.fixture
async def world(tmp_path: Path, postgres: Postgres) -> AsyncIterator[ReplicaWorld]:
    async with replica_world(tmp_path, postgres.new_database()) as made:
        yield made


async def ready(world: ReplicaWorld) -> list[Trio]:
    """Cases with two issues each, linked through any replica."""
    made = [trio for some in await trios(world, SETS) for trio in some]
    for trio in made:
        trio.after = After.NOTHING
    return made


async def all_faults(world: ReplicaWorld, made: list[Trio]) -> list[str]:
    await until(world.is_quiet_if_alive)
    return [each for one in made for each in faults_of(world.inner, world.ann, one)]


async def have_struck(faults: list[Fault]) -> None:
    async def are_done() -> bool:
        return all(fault.struck for fault in faults)

    await until(are_done)


async def test_what_a_killed_replica_had_is_taken_over_by_the_others(
    world: ReplicaWorld,
) -> None:
    await world.start_replicas(3)
    made = await ready(world)
    faults = world.hold_answers(made[:4], 1)
    for trio in made:
        world.edit_all(trio)
    await have_struck(faults)
    victim = await world.owner_of(f"cases:{made[0].case}")
    world.take_out(victim)
    await victim.end(signal.SIGKILL)
    world.sandboxed.faults.clear()

    assert await all_faults(world, made) == []
    assert (await world.ask("GET", "status"))["dead"] == 0


async def test_a_replica_stopped_past_its_time_writes_nothing_when_it_wakes(
    world: ReplicaWorld,
) -> None:
    await world.start_replicas(2)
    made = await ready(world)
    faults = world.hold_answers(made, 1)
    for trio in made:
        world.edit_all(trio)
    await have_struck(faults)
    stopped = await world.owner_of(f"cases:{made[0].case}")
    world.take_out(stopped)
    stopped.send(signal.SIGSTOP)
    world.sandboxed.faults.clear()
    faults_meanwhile = await all_faults(world, made)
    written = len(world.inner.writes)

    stopped.send(signal.SIGCONT)

    async def has_noticed() -> bool:
        return stopped.has_logged("replica.was_away") and stopped.has_logged(
            "lease.lost"
        )

    await until(has_noticed)
    await world.put_in_service(world.replicas)
    assert faults_meanwhile == []
    assert await all_faults(world, made) == []
    assert len(world.inner.writes) == written


async def test_a_rolling_restart_loses_and_doubles_nothing(
    world: ReplicaWorld,
) -> None:
    # Nobody is counted as dead: what is handed over waits for no time to run out.
    world.takeover = "10m"
    await world.start_replicas(2)
    made = await ready(world)

    async def people_go_on() -> None:
        for trio in made:
            world.edit_all(trio)
            await asyncio.sleep(0.1)

    people = asyncio.create_task(people_go_on())
    for each in world.replicas:
        world.take_out(each)
        await each.end(signal.SIGTERM)
        await each.start(world)
        await world.put_in_service(world.replicas)
    await people

    assert await all_faults(world, made) == []
    assert not any(each.has_logged("lease.lost") for each in world.replicas)

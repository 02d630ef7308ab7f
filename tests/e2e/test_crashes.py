"""``bridge serve`` killed with SIGKILL around every write, and started again.

Each set of cases dies at its own point, and is taken up by the process that the next
set will kill: so one start serves both.
"""

from itertools import chain
from pathlib import Path

import pytest

from bridge.sandbox.faults import Fault, FaultKind
from tests.e2e.crashes import CrashWorld, crash_world, trios
from tests.e2e.processes import until
from tests.e2e.trio import After, Trio, faults_of

POINTS = 18
WRITES = 6
CREATION_POINTS = 12


async def all_faults(world: CrashWorld, groups: list[list[Trio]]) -> list[str]:
    """What is wrong once all is quiet under a bridge that nothing disturbs."""
    await world.start_bridge()
    await until(world.is_quiet)
    return [
        each
        for group in groups
        for trio in group
        for each in faults_of(world.inner, world.ann, trio)
    ]


@pytest.mark.timeout(300)
async def test_a_kill_before_or_after_any_save_of_a_plan_repeats_and_loses_nothing(
    tmp_path: Path,
) -> None:
    async with crash_world(tmp_path) as world:
        await world.start_bridge()
        groups = await trios(world, POINTS)
        await world.kill()
        deaths = 0
        for point, group in enumerate(groups, start=1):
            await world.start_bridge(point, [f"cases:{trio.case}" for trio in group])
            await until(world.is_quiet)
            for trio in group:
                world.edit_all(trio)
            await until(world.is_dead_or_quiet)
            if not world.is_dead():
                break
            deaths += 1
            for trio in group:
                world.edit_after_the_crash(trio)
        assert not world.is_dead(), "there are more points than cases to die for them"
        await world.kill()

        assert await all_faults(world, groups[:deaths]) == []
        assert deaths >= 2 * WRITES


async def test_a_kill_while_the_answer_to_any_write_is_under_way(
    tmp_path: Path,
) -> None:
    async with crash_world(tmp_path) as world:
        await world.start_bridge()
        groups = await trios(world, WRITES)
        for number, group in enumerate(groups):
            await until(world.is_quiet)
            faults = world.hold_answers(group, number)
            for trio in group:
                world.edit_all(trio)

            async def are_done(faults: list[Fault] = faults) -> bool:
                return all(fault.struck for fault in faults)

            await until(are_done)
            await world.kill()
            world.sandboxed.faults.clear()
            for trio in group:
                world.edit_after_the_crash(trio)
            await world.start_bridge()
        await world.kill()

        assert await all_faults(world, groups) == []


async def test_a_connection_that_breaks_once_a_write_was_done_repeats_nothing(
    tmp_path: Path,
) -> None:
    async with crash_world(tmp_path) as world:
        await world.start_bridge()
        groups = await trios(world, WRITES)
        cuts = [
            Fault(FaultKind.CUT_AFTER, method="P*", path=trio.paths[number], count=1)
            for number, group in enumerate(groups)
            for trio in group
            if number < len(trio.paths)
        ]
        for cut in cuts:
            world.sandboxed.faults.add(cut)
        for trio in chain(*groups):
            trio.after = After.NOTHING
            world.edit_all(trio)
        await until(world.is_quiet)
        await world.kill()

        assert await all_faults(world, groups) == []
        assert all(cut.struck == 1 for cut in cuts)


async def test_a_kill_anywhere_in_a_creation_makes_one_case_though_the_search_lags(
    tmp_path: Path,
) -> None:
    async with crash_world(tmp_path) as world:
        lag = Fault(FaultKind.INDEX_LAG, method="GET", path="/api/v2/cases", seconds=2)
        world.sandboxed.faults.add(lag)
        made: list[str] = []
        for point in range(1, CREATION_POINTS):
            await world.start_bridge(point)
            issue = world.people.new_issue(service="auto").id
            made.append(issue)
            await until(world.is_dead_or_quiet)
            if not world.is_dead():
                break
        assert not world.is_dead()
        await world.kill()
        await world.start_bridge()
        await until(world.is_quiet)

        links = (await world.ask("GET", "links"))["items"]
        assert {link["issue"] for link in links} == {f"errors:{one}" for one in made}
        assert (
            len(world.inner.cases) == len(made) == len({one["case"] for one in links})
        )
        assert len(made) > 5

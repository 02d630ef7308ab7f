"""That the benchmark works; how fast anything is, no test asks."""

from pathlib import Path

import pytest
import uvloop

from bench import suite
from bench.document import rows
from bench.figures import Figure, at_least, at_most, table
from bench.flow import Load
from bench.growing import Growth
from bench.ingest import Span
from bench.killing import Kills
from bench.single import Size

TINY = suite.Plan(
    Span(warm_up=0.1, seconds=0.2, rounds=1, cases=10),
    Load(
        cases=20, at_once=8, warm_up=0.1, seconds=0.3, rounds=1, idle_events=3, part=0.7
    ),
    Kills(kills=1, apart=0.3, cases=10, rate=50),
    Size(edits=3, issues=20, rounds=1),
    Growth(deliveries=100, links=40, rounds=1),
    looks=20,
    starts=1,
    rest=0.1,
)


@pytest.fixture
def stores(tmp_path: Path) -> suite.Stores:
    return lambda name: f"sqlite:///{tmp_path}/{name}.db"


def test_the_benchmark_measures_everything_on_a_real_server(
    stores: suite.Stores, tmp_path: Path
) -> None:
    parts = [part for part in suite.PARTS if part not in ("rest", "hot")]

    async def measured() -> list[Figure]:
        return [
            figure
            async for figures in suite.measure_on(
                suite.SQLITE, stores, TINY, parts, tmp_path
            )
            for figure in figures
        ]

    figures = uvloop.run(measured())

    by_name = {one.name: one for one in figures}
    killed = "kill -9 on SQLite, 1 times under load: edits lost"
    assert by_name.pop(killed).value == 0
    assert by_name.pop("  answered deliveries without outcome").value == 0
    assert by_name.pop("  writes out of order").value == 0
    # What is left over the tracker's own time may be nothing on a busy machine.
    assert not [
        one
        for one in by_name.values()
        if "added" not in one.name and not all(run > 0 for run in one.runs)
    ]
    assert {one.name for one in figures if one.target} >= {
        "end to end on SQLite: sustained",
        "ingest on SQLite, one case: of the ceiling",
    }
    assert len(table(figures)) == len(figures) + 1


def test_a_figure_is_the_median_of_its_runs_and_knows_its_target() -> None:
    slow = Figure("rate", [90, 10, 100], "/s", at_least(95))
    soon = Figure("wait", [4, 5, 60], "ms", at_most(5))

    assert (slow.value, slow.is_met) == (90, False)
    assert (soon.value, soon.is_met) == (5, True)
    assert soon.as_json()["target"] == "≤ 5"


def test_the_document_shows_each_figure_beside_its_target() -> None:
    figures = [Figure("rate", [90], "/s", at_least(95)), Figure("  of it", [2])]

    lines = rows({"figures": [one.as_json() for one in figures]})

    assert lines[2:] == [
        "| rate | 90 /s | ≥ 95 | **missed** |",
        "| &nbsp;&nbsp;&nbsp;&nbsp;of it | 2 |  |  |",
    ]

"""That the benchmark works; how fast anything is, no test asks."""

from pathlib import Path

import pytest
import uvloop

from bench import suite
from bench.figures import Figure, at_least, at_most, table
from bench.flow import Load
from bench.growing import Growth
from bench.ingest import Span
from bench.single import Size

TINY = suite.Plan(
    Span(warm_up=0.1, seconds=0.2, rounds=1, cases=10),
    Load(
        cases=20, at_once=8, warm_up=0.1, seconds=0.3, rounds=1, idle_events=3, part=0.7
    ),
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
    async def measured() -> list[Figure]:
        return [
            figure
            async for figures in suite.measure_on(
                suite.SQLITE, stores, TINY, suite.PARTS, tmp_path
            )
            for figure in figures
        ]

    figures = uvloop.run(measured())

    assert all(run > 0 for one in figures for run in one.runs if one.unit != "%")
    assert {one.name for one in figures if one.target} >= {
        "start to ready",
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

"""The parts of the benchmark, in their order, each over stores of its own."""

import os
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, at_least
from bench.flow import Load, flow
from bench.growing import Growth, growing
from bench.ingest import Span, ingest
from bench.killing import Kills, killing
from bench.looking import look_at_all
from bench.resting import resting
from bench.single import Size, fan_out, hot_case
from tests import postgres

SQLITE, POSTGRESQL = STORES = ("SQLite", "PostgreSQL")
PARTS = ("rest", "ingest", "flow", "kill", "hot", "fan-out", "resync", "growth")

INGEST_TARGETS = {SQLITE: at_least(0.5), POSTGRESQL: at_least(0.4)}

DURABLE = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "60",
}
"""What PostgreSQL is started with: everything that makes it durable as it comes."""

Stores = Callable[[str], str]
"""The URL of a new, empty store of that name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How large and how often."""

    span: Span
    load: Load
    kills: Kills
    size: Size
    growth: Growth
    looks: int
    starts: int
    rest: float


FULL = Plan(
    Span(),
    Load(),
    Kills(),
    Size(),
    Growth(),
    looks=10_000,
    starts=5,
    rest=3.0,
)
QUICK = Plan(
    Span(warm_up=0.5, seconds=1.5, rounds=1),
    Load(rounds=1, seconds=3, warm_up=1, idle_events=50),
    Kills(kills=2, apart=2),
    Size(edits=100, issues=200, rounds=1),
    Growth(deliveries=20_000, links=2_000, rounds=1),
    looks=500,
    starts=2,
    rest=1,
)


async def measure(
    plan: Plan, names: Iterable[str], parts: Collection[str], folder: Path
) -> AsyncIterator[list[Figure]]:
    """The figures of each part as soon as it is over, store by store."""
    with _stores(folder) as stores:
        for name in names:
            new = stores[name]
            async for figures in measure_on(name, new, plan, parts, folder):
                yield figures


async def measure_on(
    name: str, new: Stores, plan: Plan, parts: Collection[str], folder: Path
) -> AsyncIterator[list[Figure]]:
    """The same on one store."""
    if "rest" in parts:
        url = new("rest")
        yield await resting(name, url, folder, rounds=plan.starts, rest=plan.rest)
    if "ingest" in parts:
        with _second_core():
            target = INGEST_TARGETS[name]
            yield await ingest(name, new("ingest"), folder, plan.span, target)
    if "flow" in parts:
        yield await flow(name, new("flow"), folder, plan.load)
    if "kill" in parts:
        yield await killing(name, new("killed"), folder, plan.kills)
    if "hot" in parts:
        yield await hot_case(name, new("hot"), folder, plan.size)
    if "fan-out" in parts:
        yield await fan_out(name, new("wide"), folder, plan.size)
    if "resync" in parts:
        yield await look_at_all(name, new("looks"), folder, plan.looks)
    if "growth" in parts:
        urls = (new("fresh"), new("grown"))
        yield await growing(name, urls, folder, plan.load, growth=plan.growth)


@contextmanager
def _stores(folder: Path) -> Iterator[dict[str, Stores]]:
    with ExitStack() as stack:
        with _second_core():
            server = stack.enter_context(postgres.served(DURABLE))
        yield {
            SQLITE: lambda name: f"sqlite:///{folder}/{name}.db",
            POSTGRESQL: lambda _: server.new_database(),
        }


@contextmanager
def _second_core() -> Iterator[None]:
    """What is done here, and what is started here, leaves the first core alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)

"""The same figures over a store that has grown: a million deliveries, many links.

An empty store and the full one are measured in turn, so that both meet the same
machine.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.editing import Editors
from bench.figures import Figure, at_most
from bench.filling import fill_deliveries, fill_links
from bench.flow import Load, flat_out
from bench.ingest import Hammer, Span
from bench.processes import Setting, bridge
from bench.tracker import FastTracker, serving


@dataclass(frozen=True, slots=True)
class Growth:
    """How much the grown store holds."""

    deliveries: int = 1_000_000
    links: int = 100_000
    rounds: int = 3


@dataclass(slots=True)
class _Store:
    """A store with its own trackers, and what was measured on it."""

    url: str
    tracker: FastTracker
    answers: list[float]
    events: list[float]
    ready: list[float]
    memory: list[float]


async def growing(
    store: str, urls: tuple[str, str], folder: Path, load: Load, *, growth: Growth
) -> list[Figure]:
    """How much slower everything is on the grown store at the second of *urls*."""
    fresh, grown = (_Store(url, FastTracker(), [], [], [], []) for url in urls)
    fresh.tracker.add(load.cases)
    grown.tracker.add(growth.links)
    far = datetime.now(UTC) + timedelta(days=1)
    for one in (fresh, grown):
        await fill_links(one.url, one.tracker, next_look=far)
    await fill_deliveries(grown.url, growth.deliveries, growth.links)
    for _ in range(growth.rounds):
        for one in (fresh, grown):
            await _measure(one, folder, load)
    name = f"{store}, {growth.deliveries} deliveries and {growth.links} links"
    return [
        *_slower(f"{name}: ingest slower by", fresh.answers, grown.answers, "/s"),
        *_slower("  end to end slower by", fresh.events, grown.events, "events/s"),
        Figure("  start to ready", grown.ready, "s", at_most(1.0)),
        Figure("  memory", grown.memory, "MiB"),
    ]


def _slower(
    name: str, fresh: list[float], grown: list[float], unit: str
) -> list[Figure]:
    factors = [before / after for before, after in zip(fresh, grown, strict=True)]
    return [
        Figure(name, factors, "times", at_most(1.15)),
        Figure("    before", fresh, unit),
        Figure("    after", grown, unit),
    ]


async def _measure(one: _Store, folder: Path, load: Load) -> None:
    async with (
        serving(one.tracker) as address,
        bridge(Setting(one.url, address), folder) as server,
    ):
        one.ready.append(server.seconds_to_ready)
        one.memory.append(server.memory_mib())
        span = Span(load.warm_up, load.seconds / 2)
        rate = await Hammer(server.port, 1).run(server, span)
        one.answers.append(rate.per_second)
        editors = Editors(one.tracker, server.port)
        await editors.sender.connect()
        one.events.append((await flat_out(editors, server, load)).per_second)

"""End to end: an edit at the case tracker, its webhook, the reads, the write.

Each event takes one look and one write of 20 ms each at the tracker; the bridge reads
the case and its issue side by side. Every case has at most one edit under way, so that
no two events share a pass.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bench.editing import Editors
from bench.figures import Figure, Target, at_least, at_most, percentile
from bench.filling import fill_links
from bench.processes import Server, Setting, bridge, pass_time
from bench.tracker import FastTracker, serving

TOO_LATE = 30.0
"""Seconds after which an edit that was not carried over counts as lost."""


@dataclass(frozen=True, slots=True)
class Load:
    """*cases* are there, of which *at_once* are edited at a time; seconds."""

    cases: int = 1000
    at_once: int = 256
    warm_up: float = 2.0
    seconds: float = 8.0
    rounds: int = 3
    idle_events: int = 200
    part: float = 0.7


@dataclass(frozen=True, slots=True)
class Measured:
    """Events per second, calls at the tracker and processor time for each."""

    per_second: float
    calls: float
    cpu_ms: float


async def flow(store: str, url: str, folder: Path, load: Load) -> list[Figure]:
    """Rate, latencies and memory on one store."""
    tracker = FastTracker()
    tracker.add(load.cases)
    await fill_links(url, tracker, next_look=datetime.now(UTC) + timedelta(days=1))
    async with serving(tracker) as address:
        setting = Setting(url, address)
        async with bridge(setting, folder) as server:
            editors = Editors(tracker, server.port)
            await editors.sender.connect()
            idle = [await _one_by_one(editors, load) for _ in range(load.rounds)]
            runs = [await flat_out(editors, server, load) for _ in range(load.rounds)]
            rate = sorted(one.per_second for one in runs)[len(runs) // 2]
            busy = [
                await _at_rate(editors, rate * load.part, load)
                for _ in range(load.rounds)
            ]
            most = server.memory_mib("VmHWM")
    return [
        Figure(
            f"end to end on {store}: sustained",
            [one.per_second for one in runs],
            "events/s",
            at_least(1500),
        ),
        Figure("  calls at the tracker for each", [one.calls for one in runs]),
        Figure("  processor time for each", [one.cpu_ms for one in runs], "ms"),
        *_latencies("added when idle", idle, at_most(5), at_most(25)),
        *_latencies(f"added at {load.part:.0%} of that", busy, None, at_most(25)),
        Figure("  memory under load, the most", [most], "MiB"),
    ]


def _latencies(
    name: str, spans: list[list[float]], middle: Target | None, tail: Target
) -> list[Figure]:
    return [
        Figure(f"  {name}, p50", [percentile(s, 0.5) for s in spans], "ms", middle),
        Figure(f"  {name}, p99", [percentile(s, 0.99) for s in spans], "ms", tail),
    ]


async def _one_by_one(editors: Editors, load: Load) -> list[float]:
    """Milliseconds that the bridge adds to one look, nothing else being on."""
    added: list[float] = []
    done = asyncio.Event()
    editors.on_written = lambda _, took: added.append(_added(editors, took))
    editors.on_done = lambda _: done.set()
    for n in range(load.idle_events):
        done.clear()
        editors.edit(n % load.cases)
        async with asyncio.timeout(TOO_LATE):
            await done.wait()
        await asyncio.sleep(0.01)
    return added


def _added(editors: Editors, took: float) -> float:
    return (took - editors.tracker.seen.mean_hold) * 1000


async def flat_out(editors: Editors, server: Server, load: Load) -> Measured:
    """As many events per second as come through, about cases from all over."""
    cases = len(editors.tracker.groups)
    idle = deque(range(0, cases, max(1, cases // load.cases)))
    finished: list[int] = []
    is_open = True

    def done(case: int) -> None:
        finished.append(case)
        idle.append(case)
        if is_open:
            editors.edit(idle.popleft())

    editors.on_written = lambda *_: None
    editors.on_done = done
    for _ in range(min(load.at_once, len(idle))):
        editors.edit(idle.popleft())
    await asyncio.sleep(load.warm_up)
    finished.clear()
    editors.tracker.forget()
    began, used = time.perf_counter(), server.cpu_seconds
    await pass_time(load.seconds, finished)
    took, count = time.perf_counter() - began, len(finished)
    used, seen = server.cpu_seconds - used, editors.tracker.forget()
    is_open = False
    await _all_agree(editors)
    return Measured(count / took, seen.calls / count, used / count * 1000)


async def _at_rate(editors: Editors, rate: float, load: Load) -> list[float]:
    """Milliseconds added while so many edits per second come, as chance has it."""
    rng = Random(1)
    added: list[float] = []
    idle = deque(range(load.cases))
    editors.on_written = lambda _, took: added.append(_added(editors, took))
    editors.on_done = idle.append
    editors.tracker.forget()
    end = time.perf_counter() + load.warm_up + load.seconds
    measured_from = end - load.seconds
    at = time.perf_counter()
    while at < end:
        at += rng.expovariate(rate)
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        if at < measured_from:
            added.clear()
        if idle:
            editors.edit(idle.popleft())
    await _all_agree(editors)
    return added


async def _all_agree(editors: Editors) -> None:
    """Wait until every edit is carried over; RuntimeError if one never is."""
    end = time.perf_counter() + TOO_LATE
    while not all(map(editors.agrees, editors.tracker.groups)):
        if time.perf_counter() > end:
            raise RuntimeError("edits were lost")
        await asyncio.sleep(0.05)

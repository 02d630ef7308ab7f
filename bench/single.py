"""Bounds that only the tracker should set: one hot case, one case of many issues."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.editing import Editors
from bench.figures import Figure, at_most
from bench.filling import fill_links
from bench.processes import Setting, bridge
from bench.tracker import FastTracker, serving

PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Size:
    """*edits* of the hot case; *issues* of the wide one, whose tracker takes
    *concurrency* calls at once."""

    edits: int = 1000
    issues: int = 1000
    concurrency: int = 16
    rounds: int = 3


async def hot_case(store: str, url: str, folder: Path, size: Size) -> list[Figure]:
    """One case edited again and again, each time once the last edit is carried over,
    against the two round trips that each edit takes at the tracker."""
    tracker = FastTracker()
    tracker.add(1)
    await fill_links(url, tracker, next_look=_far())
    async with serving(tracker) as address, bridge(Setting(url, address), folder) as it:
        editors = Editors(tracker, it.port, connections=1)
        await editors.sender.connect()
        done = asyncio.Event()
        editors.on_done = lambda _: done.set()
        began = time.perf_counter()
        for _ in range(size.edits):
            done.clear()
            editors.edit(0)
            async with asyncio.timeout(PATIENCE):
                await done.wait()
        took = time.perf_counter() - began
        bound = size.edits * 2 * tracker.seen.mean_hold
    return [
        Figure(
            f"hot case on {store}, {size.edits} edits: of its round trips",
            [took / bound],
            "ratio",
            at_most(1.2),
        ),
        Figure("  for each edit", [took / size.edits * 1000], "ms"),
    ]


async def fan_out(store: str, url: str, folder: Path, size: Size) -> list[Figure]:
    """A case of many issues is moved on: until the last of them is written, against
    what the writes alone take at the tracker's limit of calls at once."""
    tracker = FastTracker()
    tracker.add(1, issues_each=size.issues)
    await fill_links(url, tracker, next_look=_far())
    async with serving(tracker) as address:
        setting = Setting(url, address, concurrency=size.concurrency)
        async with bridge(setting, folder) as server:
            editors = Editors(tracker, server.port, connections=1)
            await editors.sender.connect()
            used = server.cpu_seconds
            spans = [
                await _fan_out_once(editors, size.concurrency)
                for _ in range(size.rounds)
            ]
            used = server.cpu_seconds - used
    return [
        Figure(
            f"fan-out on {store} to {size.issues} issues: of issues x latency / "
            f"{size.concurrency}",
            [took / bound for took, bound, _ in spans],
            "ratio",
            at_most(1.3),
        ),
        Figure(
            "  counting each issue's read too",
            [took / (2 * bound) for took, bound, _ in spans],
            "ratio",
        ),
        Figure("  until the last write", [took for took, _, _ in spans], "s"),
        Figure(
            "  processor time for each issue",
            [used / size.rounds / size.issues * 1000],
            "ms",
        ),
        Figure("  calls for each issue", [calls for _, _, calls in spans]),
    ]


async def _fan_out_once(
    editors: Editors, concurrency: int
) -> tuple[float, float, float]:
    """Seconds until all is written, seconds that writing takes at best, calls for each
    issue."""
    tracker = editors.tracker
    left = set(tracker.issues_of[0])
    wide, done = len(left), asyncio.Event()
    inner = tracker.on_answered

    def answered(issue: int) -> None:
        left.discard(issue)
        if not left:
            done.set()

    tracker.on_answered = answered
    tracker.forget()
    began = time.perf_counter()
    editors.edit(0)
    async with asyncio.timeout(PATIENCE):
        await done.wait()
    took = time.perf_counter() - began
    tracker.on_answered = inner
    await _settled(editors)
    seen = tracker.forget()
    return took, wide * seen.mean_hold / concurrency, seen.calls / wide


async def _settled(editors: Editors) -> None:
    """Wait until the pass has come to its end: nothing is asked any more."""
    tracker = editors.tracker
    calls = -1
    while calls != tracker.seen.calls:
        calls = tracker.seen.calls
        await asyncio.sleep(0.3)


def _far() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)

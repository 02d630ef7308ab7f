"""A timed look at everything at once: every linked case and its issue are read."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure
from bench.filling import fill_links
from bench.processes import Setting, bridge
from bench.tracker import FastTracker, serving

CONCURRENCY = 64
PATIENCE = 600.0


async def look_at_all(store: str, url: str, folder: Path, issues: int) -> list[Figure]:
    """So many issues, each on a case of its own, and every look overdue: from the first
    read to the last, against issues x latency / calls at once."""
    tracker = FastTracker()
    tracker.add(issues)
    await fill_links(url, tracker, next_look=datetime.now(UTC))
    left = set(tracker.groups)
    first: list[float] = []
    done = asyncio.Event()

    def read(case: int) -> None:
        first.append(time.perf_counter())
        del first[1:]
        left.discard(case)
        if not left:
            done.set()

    tracker.on_read = read
    async with serving(tracker) as address:
        setting = Setting(url, address, concurrency=CONCURRENCY)
        async with bridge(setting, folder) as server:
            before = server.cpu_seconds
            async with asyncio.timeout(PATIENCE):
                await done.wait()
            took = time.perf_counter() - first[0]
            used = server.cpu_seconds - before
    bound = issues * tracker.seen.mean_hold / CONCURRENCY
    return [
        Figure(f"resync on {store} of {issues} issues", [took], "s"),
        Figure(f"  of issues x latency / {CONCURRENCY}", [took / bound], "ratio"),
        Figure("  looks", [issues / took], "/s"),
        Figure("  processor time for each", [used / issues * 1000], "ms"),
    ]

"""A bridge with nothing to do: how soon it is ready, and what it keeps in memory."""

import asyncio
from pathlib import Path

from bench.figures import Figure, at_most
from bench.processes import Setting, bridge
from bench.tracker import FastTracker, serving


async def resting(
    store: str, url: str, folder: Path, *, rounds: int, rest: float
) -> list[Figure]:
    """Several starts, after one that makes the store and warms the disk's cache; and
    *rest* seconds after each the memory and what it used of a processor."""
    ready: list[float] = []
    memory: list[float] = []
    used: list[float] = []
    async with serving(FastTracker()) as address:
        async with bridge(Setting(url, address), folder):
            pass
        for _ in range(rounds):
            async with bridge(Setting(url, address), folder) as server:
                ready.append(server.seconds_to_ready)
                before = server.cpu_seconds
                await asyncio.sleep(rest)
                memory.append(server.memory_mib())
                used.append((server.cpu_seconds - before) / rest * 100)
    return [
        Figure(f"start to ready on {store}", ready, "s", at_most(1.0)),
        Figure(f"memory when idle on {store}", memory, "MiB", at_most(90)),
        Figure("  processor when idle", used, "%"),
    ]

"""Kill -9 under load: every delivery that was answered is carried over, in order.

Edits come at a steady pace, up to two of one case at a time, so that order is at stake;
the bridge is killed and started again meanwhile. A delivery that was not answered is
sent again, as a tracker does.
"""

import asyncio
import signal
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bench.documents import GROUPS
from bench.editing import Editors
from bench.figures import Figure, at_most
from bench.filling import ended_deliveries, fill_links
from bench.processes import Setting, bridge
from bench.tracker import FastTracker, serving

PATIENCE = 60.0
OUTSTANDING = 2


@dataclass(frozen=True, slots=True)
class Kills:
    """So many kills, *apart* seconds, among *rate* edits a second of so many cases."""

    kills: int = 5
    apart: float = 3.0
    cases: int = 200
    rate: float = 100.0


class _Order:
    """The groups each case went through that are not carried over yet, and whether a
    write ever brought an older one after a newer."""

    def __init__(self, cases: int) -> None:
        self.waiting: dict[int, deque[int]] = {case: deque() for case in range(cases)}
        self.current = dict.fromkeys(range(cases), 0)
        self.broken = 0

    def edited(self, case: int, group: int) -> None:
        self.waiting[case].append(group)

    def written(self, case: int, group: int) -> None:
        waiting = self.waiting[case]
        if group in waiting:
            # One write may stand for several edits: the last of them counts.
            while waiting.popleft() != group:
                pass
            self.current[case] = group
        elif group != self.current[case]:
            self.broken += 1


async def killing(store: str, url: str, folder: Path, kills: Kills) -> list[Figure]:
    """What is lost and what comes out of order; both must be nothing."""
    tracker = FastTracker()
    tracker.add(kills.cases)
    await fill_links(url, tracker, next_look=datetime.now(UTC) + timedelta(days=1))
    order = _Order(kills.cases)
    resumed: list[float] = []
    async with serving(tracker) as address, bridge(Setting(url, address), folder) as it:
        editors = Editors(tracker, it.port)
        await editors.sender.connect()
        tracker.on_write = order.written
        editing = asyncio.create_task(_edit(editors, order, kills))
        for _ in range(kills.kills):
            await asyncio.sleep(kills.apart)
            began = time.perf_counter()
            await it.end(signal.SIGKILL)
            await it.start()
            await editors.sender.connect()
            resumed.append(time.perf_counter() - began)
            _tell_again(editors)
        await editing
        behind = await _behind(editors)
        without_outcome = await _without_outcome(editors, url)
    name = f"kill -9 on {store}, {kills.kills} times under load"
    return [
        Figure(f"{name}: edits lost", [behind], "", at_most(0)),
        Figure(
            "  answered deliveries without outcome",
            [without_outcome],
            "",
            at_most(0),
        ),
        Figure("  writes out of order", [order.broken], "", at_most(0)),
        Figure("  deliveries answered", [len(editors.taken)]),
        Figure("  killed to ready again", resumed, "s"),
    ]


async def _edit(editors: Editors, order: _Order, kills: Kills) -> None:
    rng = Random(1)
    end = time.perf_counter() + kills.kills * (kills.apart + 1)
    while time.perf_counter() < end:
        await asyncio.sleep(rng.expovariate(kills.rate))
        case = rng.randrange(kills.cases)
        if len(order.waiting[case]) < OUTSTANDING:
            order.edited(case, (editors.tracker.groups[case] + 1) % len(GROUPS))
            editors.edit(case)


def _tell_again(editors: Editors) -> None:
    unanswered, editors.lost = editors.lost, set()
    for case in unanswered:
        editors.tell(case)


async def _behind(editors: Editors) -> int:
    """How many cases their issues never came to agree with."""
    end = time.perf_counter() + PATIENCE
    cases = set(editors.tracker.groups)
    while cases and time.perf_counter() < end:
        _tell_again(editors)
        await asyncio.sleep(0.2)
        cases = {case for case in cases if not editors.agrees(case)}
    return len(cases)


async def _without_outcome(editors: Editors, url: str) -> int:
    """How many answered deliveries never got their outcome: the tracker shows a write
    before the bridge has kept what came of it."""
    end = time.perf_counter() + PATIENCE
    left = editors.taken
    while left and time.perf_counter() < end:
        await asyncio.sleep(0.2)
        left = editors.taken - await asyncio.to_thread(ended_deliveries, url)
    return len(left)

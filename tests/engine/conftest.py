"""A whole engine over memory trackers, a real store in a file, and a manual clock."""

import asyncio
import itertools
import json
import random
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.model import State, StatusGroup, TrackerName
from bridge.domain.routing import Ruleset
from bridge.engine.current import Choices, Current
from bridge.engine.engine import Engine
from bridge.engine.gate import Gate
from bridge.engine.ids import sortable_ids
from bridge.engine.means import Means
from bridge.engine.options import Options
from bridge.engine.receiving import Receiving
from bridge.engine.roster import Roster
from bridge.ports.measuring import NO_MEASURES, Measures
from bridge.ports.notifying import Receiver
from bridge.ports.store import Store
from bridge.ports.trackers import Heard, Reading
from bridge.store.opening import open_store
from tests.clocks import ManualClock
from tests.fakes import MemoryCases, MemoryIssues

SPINS = 20
"""Turns of the loop for what needs no more than those."""
GLANCE = 0.001
"""Seconds between looks at what waits for the store, which no turn hastens."""


class PlainReader:
    """Reads ``{"issue": …, "case": …}``, one each or several, all of it good."""

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Reading:
        said = json.loads(body)
        issues, cases = (_several(said.get(name)) for name in ("issue", "case"))
        heard = Heard(issues, cases, said.get("kind", ""))
        return Reading(said.get("id") or body.decode(), heard, "id" in said)


def _several(said: str | list[str] | None) -> tuple[str, ...]:
    if said is None:
        return ()
    return (said,) if isinstance(said, str) else tuple(said)


class Scene:
    """One engine, and the hands of the people and trackers around it."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.clock = ManualClock()
        self.errors = MemoryIssues(self.clock)
        self.cases = MemoryCases(self.clock)
        self.options = Options(poll_interval=timedelta(hours=1))
        self.rules = Ruleset()
        self.measures: Measures = NO_MEASURES
        self.receivers: tuple[Receiver, ...] = ()
        self._stack = AsyncExitStack()

    async def start(self, *, is_served: bool = True, **options: Any) -> None:
        """Open the store and run the engine, or only what a command runs of it."""
        self.options = replace(self.options, **options)
        self.store: Store = await self._stack.enter_async_context(open_store(self.url))
        reader = PlainReader()
        errors, cases = TrackerName("errors"), TrackerName("cases")
        self.engine = Engine(
            Means(
                store=self.store,
                roster=Roster(
                    {errors: self.errors},
                    {cases: self.cases},
                    {errors: reader, cases: reader},
                ),
                gate=Gate(self.clock, measures=self.measures),
                clock=self.clock,
                new_id=sortable_ids(self.clock),
                rng=random.Random(1),
                current=Current(Choices(self.options, "1", self.rules)),
                measures=self.measures,
                receivers=tuple(map(Receiving, self.receivers)),
            )
        )
        runs = self.engine.running() if is_served else self.engine.working()
        await self._stack.enter_async_context(runs)

    def take(self, **options: Any) -> None:
        """Options change while the engine runs, as a reload changes them."""
        self.options = replace(self.options, **options)
        self.engine.reload(Choices(self.options, "2", self.rules))

    async def stop(self) -> None:
        """An orderly end."""
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def link(self, issue: str, case: str) -> None:
        await self.engine.desk.link(f"errors:{issue}", f"cases:{case}")
        await self.quiet()

    async def hear(self, tracker: str, **said: str | list[str]) -> str:
        """A delivery arrives; its id."""
        body = json.dumps(said).encode()
        accepted = await self.engine.intake.accept(tracker, {}, body)
        return accepted.id

    async def quiet(self) -> None:
        """Until nothing is due, now or later."""
        async with asyncio.timeout(60):
            await self.engine.schedule.quiet()

    async def idle(self) -> None:
        """Until nothing runs and nothing is due by now; later work may wait."""
        async with asyncio.timeout(60):
            while True:
                for _ in range(20):
                    await asyncio.sleep(0)
                if not self._is_still():
                    await asyncio.sleep(GLANCE)
                    continue
                due, now = await self.store.due(), self.clock.now()
                if self._is_still() and all(each.at > now for each in due):
                    return

    def _is_still(self) -> bool:
        schedule = self.engine.schedule
        return not schedule.running and not schedule.looks

    async def until(self, condition: Callable[[], bool]) -> None:
        """Until *condition* holds, while what runs goes on."""
        async with asyncio.timeout(60):
            for turn in itertools.count():
                if condition():
                    return
                await asyncio.sleep(0 if turn < SPINS else GLANCE)

    async def pass_time(self, **by: float) -> None:
        """Let time go by, and what becomes due with it be done."""
        self.clock.advance(timedelta(**by))
        await self.engine.resync.ask()
        await self.idle()

    async def event(self, delivery: str) -> dict[str, Any]:
        page = await self.engine.desk.events(case=None, cursor=None, limit=500)
        return next(item for item in page["items"] if item["delivery"] == delivery)

    async def linked(self, group: StatusGroup, /, **states: State) -> None:
        """The case ``1`` with its issues, linked and settled."""
        self.cases.put("1", group)
        for name, state in states.items():
            self.errors.put(name, state)
            await self.link(name, "1")
        self.errors.calls.clear()
        self.cases.calls.clear()


@pytest.fixture
async def scene(tmp_path: Path, empty_store: Path) -> AsyncIterator[Scene]:
    """An engine that is started by the test or by default on first use."""
    made = Scene(Path(shutil.copyfile(empty_store, tmp_path / "bridge.db")))
    yield made
    await made.stop()

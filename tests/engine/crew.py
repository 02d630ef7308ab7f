"""Several engines over one database and the same trackers in memory, in real time."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from bridge.domain.model import (
    Case,
    Issue,
    IssueId,
    State,
    StatusGroup,
    TrackerName,
)
from bridge.domain.routing import Ruleset
from bridge.engine.current import Choices, Current
from bridge.engine.engine import Engine
from bridge.engine.gate import Gate
from bridge.engine.ids import sortable_ids
from bridge.engine.means import Means
from bridge.engine.options import Options
from bridge.engine.replica import Replica
from bridge.engine.roster import Roster
from bridge.ports.clock import SystemClock
from bridge.store.opening import open_store
from tests.engine.conftest import PlainReader
from tests.fakes import MemoryCases, MemoryIssues

PATIENCE = 60


class SlowCases(MemoryCases):
    """Counts how many look at a case at the same time."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.looking: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def get_case(self, case: str) -> Case:
        self.looking[case] += 1
        self.most[case] = max(self.most[case], self.looking[case])
        await asyncio.sleep(0.005)
        self.looking[case] -= 1
        return await super().get_case(case)


class HeldIssues(MemoryIssues):
    """Keeps the answer to a write of one issue back, as long as a test wants."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.holds = ""
        self.is_held = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def set_state(self, issue: IssueId, state: State) -> Issue:
        found = await super().set_state(issue, state)
        if issue == self.holds:
            self.holds = ""
            self.is_held.set()
            await self.may_go_on.wait()
        return found


class Crew:
    """The engines, and the trackers that all of them see."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = SystemClock()
        self.errors = HeldIssues(self.clock)
        self.cases = SlowCases(self.clock)
        self.rules = Ruleset()
        self.options = Options(
            poll_interval=timedelta(hours=1),
            retry_first=timedelta(milliseconds=100),
            settle=timedelta(milliseconds=50),
        )
        self.stacks: dict[Engine, AsyncExitStack] = {}

    async def join(self, takeover: float = 30) -> Engine:
        """One more engine, which runs."""
        stack = AsyncExitStack()
        store = await stack.enter_async_context(open_store(self.url))
        errors, cases = TrackerName("errors"), TrackerName("cases")
        new_id = sortable_ids(self.clock)
        rights = Replica(store.sharing, self.clock, new_id, timedelta(seconds=takeover))
        engine = Engine(
            Means(
                store=store,
                roster=Roster(
                    {errors: self.errors},
                    {cases: self.cases},
                    {errors: PlainReader(), cases: PlainReader()},
                ),
                gate=Gate(self.clock),
                clock=self.clock,
                new_id=new_id,
                rng=random.Random(1),
                current=Current(Choices(self.options, "1", self.rules)),
                rights=rights,
                sharing=store.sharing,
            )
        )
        await stack.enter_async_context(engine.running())
        self.stacks[engine] = stack
        return engine

    async def leave(self, engine: Engine) -> None:
        """It ends in order."""
        await self.stacks.pop(engine).aclose()

    async def quiet(self) -> None:
        """Until nothing is due, now or later."""
        store = next(iter(self.stacks)).means.store

        async def is_quiet() -> bool:
            return not await store.due()

        async with asyncio.timeout(PATIENCE):
            while not await is_quiet():  # noqa: ASYNC110 - of any engine
                await asyncio.sleep(0.02)


async def linked(crew: Crew, *issues: str) -> None:
    """The case ``1`` with these issues, linked and settled."""
    engine = next(iter(crew.stacks))
    crew.cases.put("1", StatusGroup.OPEN)
    for issue in issues:
        crew.errors.put(issue, State.FOR_REVIEW)
        await engine.desk.link(f"errors:{issue}", "cases:1")
    await crew.quiet()
    crew.errors.calls.clear()
    crew.cases.calls.clear()
    crew.cases.most.clear()


async def hear(engine: Engine, tracker: str, **said: str) -> str:
    """A delivery arrives at one of them; its id."""
    accepted = await engine.intake.accept(tracker, {}, json.dumps(said).encode())
    return accepted.id


async def until(condition: Callable[[], bool]) -> None:
    """Return once *condition* holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - any condition will do
            await asyncio.sleep(0.01)


def rights_of(engine: Engine) -> Replica:
    rights = engine.means.rights
    assert isinstance(rights, Replica)
    return rights


@asynccontextmanager
async def crew_over(url: str) -> AsyncIterator[Crew]:
    """No engine yet; those that join end with the context."""
    made = Crew(url)
    try:
        yield made
    finally:
        for engine in list(made.stacks):
            await made.leave(engine)

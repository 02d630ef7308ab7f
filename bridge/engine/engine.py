"""The engine put together: what runs while the bridge serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bridge.engine.case_work import CaseWork
from bridge.engine.decide import Decider
from bridge.engine.desk import Desk
from bridge.engine.dry_work import DryWork
from bridge.engine.execute import Executor
from bridge.engine.intake import Intake
from bridge.engine.means import Means
from bridge.engine.resync import Resync
from bridge.engine.schedule import Schedule
from bridge.engine.work import CasePasses, Worker

log = structlog.get_logger(__name__)


class Engine:
    """Intake, desk, schedule and timer over the same means."""

    def __init__(self, means: Means) -> None:
        self.means = means
        decider = Decider(means.roster, means.current)
        cases: CasePasses
        if means.options.is_dry:
            cases = DryWork(means, decider)
        else:
            cases = CaseWork(means, decider, Executor(means))
        worker = Worker(means, cases)
        at_once = means.options.passes_at_once
        self.schedule = Schedule(worker.run, worker.look, means.clock, at_once)
        worker.ask_for_look = self.schedule.look
        self.resync = Resync(means, self.schedule)
        self.intake = Intake(means, self.schedule)
        self.desk = Desk(means, self.schedule, decider)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work off all that is due, and look by the timer, while the context lasts.

        At its end nothing more is started, and what runs comes to its end.
        """
        self.schedule.fill(await self.means.store.due())
        log.info("engine.started", due=self.schedule.waiting)
        timer = asyncio.create_task(self.resync.serve())
        try:
            async with self.working():
                yield
        finally:
            self.resync.close()
            await timer
            log.info("engine.stopped", due=self.schedule.waiting)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work off only what is made due while the context lasts."""
        schedule = asyncio.create_task(self.schedule.serve())
        try:
            yield
        finally:
            self.schedule.close()
            await schedule

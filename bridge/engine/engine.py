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
        decider = Decider(means.roster, means.options)
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
    async def running(self, *, with_timer: bool = True) -> AsyncIterator[None]:
        """Work off what is due for as long as the context lasts.

        At its end nothing more is started, and what runs comes to its end.
        """
        self.schedule.fill(await self.means.store.due())
        tasks = [asyncio.create_task(self.schedule.serve())]
        if with_timer:
            tasks.append(asyncio.create_task(self.resync.serve()))
        log.info("engine.started", due=self.schedule.waiting)
        try:
            yield
        finally:
            self.resync.close()
            self.schedule.close()
            await asyncio.gather(*tasks)
            log.info("engine.stopped", due=self.schedule.waiting)

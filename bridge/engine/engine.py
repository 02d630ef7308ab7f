"""The engine put together: what runs while the bridge serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bridge.engine.case_work import CaseWork
from bridge.engine.current import Choices, Reload
from bridge.engine.decide import Decider
from bridge.engine.desk import Desk
from bridge.engine.directory import Directory
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
        self.directory = Directory(means.roster, means.gate, means.clock)
        decider = Decider(means.roster, means.current, self.directory)
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

    def reload(self, choices: Choices, waiting: tuple[str, ...] = ()) -> None:
        """Put *choices* in force for every decision from now on.

        *waiting* are keys that changed too and are taken over at the next start.
        """
        current = self.means.current
        current.choices = choices
        current.last_reload = Reload(self.means.clock.now(), waiting=waiting)
        log.info("config.reloaded", version=choices.version)
        if waiting:
            log.warning("config.restart_needed", keys=list(waiting))

    def refuse_reload(self, error: str) -> None:
        """Note that what was to be loaded is no good; what is in force stays."""
        self.means.current.last_reload = Reload(self.means.clock.now(), error)
        log.error("config.refused", error=error)

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

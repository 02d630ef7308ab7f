"""The engine put together: what runs while the bridge serves."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Protocol

import structlog

from bridge.engine.accounting import accounted
from bridge.engine.adoption import Adopter
from bridge.engine.attaching import Attaching
from bridge.engine.backfill import Backfill
from bridge.engine.case_passes import CasePasses
from bridge.engine.case_work import CaseWork
from bridge.engine.closing import ended
from bridge.engine.comment_look import CommentReader
from bridge.engine.creator import Creator
from bridge.engine.current import Choices, Reload
from bridge.engine.decide import Decider
from bridge.engine.desk import Desk
from bridge.engine.directory import Directory
from bridge.engine.dry_work import DryWork
from bridge.engine.execute import Executor
from bridge.engine.housekeeping import Housekeeping
from bridge.engine.intake import Intake
from bridge.engine.issue_work import IssueWork
from bridge.engine.means import Means
from bridge.engine.new_issues import NewIssues
from bridge.engine.notifier import Notifier
from bridge.engine.operator import Operator
from bridge.engine.rerouting import Rerouting
from bridge.engine.resync import Resync
from bridge.engine.schedule import Schedule
from bridge.engine.silence import Silence
from bridge.engine.vital import Vital
from bridge.engine.work import Worker
from bridge.ports.commits import Commit
from bridge.ports.errors import StoreUnavailable
from bridge.ports.records import Due, Key
from bridge.ports.sharing import working_under

log = structlog.get_logger(__name__)


class Timer(Protocol):
    """Something that acts by itself while the engine runs."""

    async def serve(self) -> None:
        """Act until closed."""
        ...

    def close(self) -> None:
        """Act no more."""
        ...


class Engine:
    """Intake, desk, schedule and timer over the same means."""

    def __init__(self, means: Means) -> None:
        store = accounted(means.store, means.measures)
        self.means = means = replace(means, store=store)
        self.vital = Vital()
        self.directory = Directory(means.roster, means.gate, means.clock)
        comments = CommentReader(means.roster, means.gate, means.store, means.clock)
        decider = Decider(means.roster, means.current, self.directory, comments)
        adopter = Adopter(means, decider)
        executor = Executor(means)
        cases: CasePasses
        if means.options.is_dry:
            cases = DryWork(means, decider)
        else:
            cases = CaseWork(means, decider, executor, adopter)
        self.creator = Creator(means, decider)
        issues = IssueWork(means, self.creator, adopter)
        worker = Worker(means, cases, issues)
        at_once = means.options.passes_at_once
        self.schedule = Schedule(
            worker.run, worker.look, means.clock, at_once, means.rights
        )
        self.schedule.begin = self.vital.begin
        issues.wake = adopter.wake = self.schedule.wake
        self.resync = Resync(means, self.schedule)
        worker.ask_for_round = self.resync.hint
        self.new_issues = NewIssues(means, self.schedule)
        self.rerouting = Rerouting(means, self.schedule)
        self.housekeeping = Housekeeping(means)
        self.silence = Silence(means)
        self.backfill = Backfill(means, self.schedule)
        self.intake = Intake(means, self.schedule)
        self._tasks: set[asyncio.Task[None]] = set()
        means.gate.circuits.on_close = self._take_up
        attaching = Attaching(means, self.schedule, decider, self.creator, adopter)
        operator = Operator(means, self.schedule, executor.flips)
        self.desk = Desk(
            means,
            self.schedule,
            decider,
            attaching=attaching,
            backfilling=self.backfill,
            operator=operator,
        )
        desk = self.desk
        self.notifier = Notifier(means, desk.status, desk.status_without_store)

    def _take_up(self, keys: list[Key]) -> None:
        """A circuit has closed: what waited for it is due, in its order."""
        self._begin(self._make_due(keys))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.vital.begin(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _make_due(self, keys: list[Key]) -> None:
        now = self.means.clock.now()
        await self._commit(Commit(due=[Due(key, now) for key in keys]))
        for key in keys:
            self.schedule.wake(key, now)

    async def _commit(self, commit: Commit) -> None:
        """Keep what is worth a try and comes by itself later, if not now."""
        try:
            # The pass that led to this may be over by now, and its fence with it.
            with working_under(None):
                await self.means.store.commit(commit)
        except StoreUnavailable as exc:
            log.warning("store.failed", error=str(exc))

    def reload(self, choices: Choices, waiting: tuple[str, ...] = ()) -> None:
        """Put *choices* in force for every decision from now on.

        *waiting* are keys that changed too and are taken over at the next start.
        """
        current = self.means.current
        before, current.choices = current.choices, choices
        current.last_reload = Reload(self.means.clock.now(), waiting=waiting)
        log.info("config.reloaded", version=choices.version)
        if waiting:
            log.warning("config.restart_needed", keys=list(waiting))
        self._decide_again()
        if choices.options.policy.people != before.options.policy.people:
            # Somebody may have an account now to whom something is to be assigned.
            self._begin(self._commit(Commit(look_at_all=True)))

    def _decide_again(self) -> None:
        """Where the rules in force say otherwise than those that failed."""
        if not self.means.options.is_dry:
            self._begin(self.rerouting.take_up())

    def refuse_reload(self, error: str) -> None:
        """Note that what was to be loaded is no good; what is in force stays."""
        self.means.current.last_reload = Reload(self.means.clock.now(), error)
        log.error("config.refused", error=error)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work off all that is due, and look by the timer, while the context lasts.

        At its end nothing more is started, and what runs comes to its end, soon.
        """
        self.schedule.fill(await self.means.store.due())
        await self.new_issues.begin()
        await self.silence.begin()
        log.info("engine.started", due=self.schedule.waiting)
        timers: list[Timer] = [self.resync, self.new_issues]
        timers += [self.housekeeping, self.silence]
        if self.means.receivers:
            timers.append(self.notifier)
        if not self.means.options.is_dry:
            self.backfill.watch()
        tasks = [self.vital.begin(timer.serve()) for timer in timers]
        try:
            async with self._dispatching():
                self._decide_again()
                yield
        finally:
            for timer in timers:
                timer.close()
            await ended(tasks)
            log.info("engine.stopped", due=self.schedule.waiting)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work off only what is made due or asked for while the context lasts, and a
        backfill that is begun or carried on meanwhile. Broken."""
        looks = asyncio.create_task(self.resync.serve(is_timed=False))
        try:
            async with self._dispatching():
                yield
        finally:
            self.resync.close()
            await looks
            self.vital.check()

    @asynccontextmanager
    async def _dispatching(self) -> AsyncIterator[None]:
        rights, wake = self.means.rights, self.schedule.wake
        async with rights.taking_part(
            wake, lambda: self.schedule.room, self.vital.begin
        ):
            schedule = self.vital.begin(self.schedule.serve())
            backfill = self.vital.begin(self.backfill.serve())
            try:
                yield
            finally:
                self.backfill.close()
                self.schedule.close()
                await asyncio.gather(
                    schedule, ended([backfill]), return_exceptions=True
                )

"""The composition root: puts store, trackers, engine and server together."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog

from bridge import __version__, dashboard, logs, trackers
from bridge.assembly import choices_of, opened
from bridge.domain.model import TrackerName
from bridge.engine.abilities import able, missing, wanted_of
from bridge.engine.desk import Desk
from bridge.engine.engine import Engine
from bridge.metrics import Metrics, Scrape
from bridge.ports.clock import SystemClock
from bridge.ports.errors import StoreUnavailable
from bridge.ports.measuring import together
from bridge.ports.store import Store
from bridge.projects import ProjectWatch
from bridge.reloading import Load, Reloader, warnings_of
from bridge.settings import Settings
from bridge.signals import hangup_signal, stop_signal
from bridge.tracing import traced
from bridge.web import application, server
from bridge.web.ports import Readiness

log = structlog.get_logger(__name__)

OFFLINE_PATIENCE = 60.0
"""Seconds that a command without a server waits for what it set going."""


STORE_PATIENCE = timedelta(seconds=2)
"""How soon a store that did not answer at the start is asked again."""


@asynccontextmanager
async def serving(
    settings: Settings, *, is_dry: bool = False
) -> AsyncIterator[tuple[Engine, str]]:
    """The whole bridge while the context lasts: its engine, and where it listens."""
    names = map(TrackerName, settings.trackers)
    metrics = Metrics(names, __version__, SystemClock().now)
    traces = settings.traces
    async with (
        traced(traces.endpoint, traces.ratio, __version__) as tracing,
        opened(
            settings, is_dry=is_dry, measures=together(metrics.measures, *tracing)
        ) as engine,
    ):
        _tell_what_is_missing(engine)
        app = application.build(
            engine.intake,
            engine.desk,
            readiness=_readiness(engine.means.store),
            warnings=lambda: warnings_of(engine.means.current),
            exposition=Scrape(metrics, engine.desk),
            api_token=settings.server.api_token,
            max_body=settings.server.max_body,
            version=__version__,
        )
        dashboard.add_to(
            app,
            engine.desk,
            readiness=_readiness(engine.means.store),
            warnings=lambda: warnings_of(engine.means.current),
            api_token=settings.server.api_token,
            public_url=settings.server.public_url,
            version=__version__,
        )
        host, port = settings.server.host, settings.server.port
        async with engine.running(), server.listening(app, host=host, port=port) as url:
            _spare_the_collector()
            yield engine, url


def _tell_what_is_missing(engine: Engine) -> None:
    """Log what the trackers cannot do although it is to be synced."""
    roster, known = engine.means.roster, trackers.kinds()
    listed = (able(one, known[roster.kinds[n]]) for n, one in roster.all.items())
    for one in missing(wanted_of(engine.means.options), listed):
        log.warning(
            "ability.missing",
            tracker=one.tracker,
            what=one.what,
            abilities=[ability.value for ability in one.abilities],
            text=one.text,
        )


async def serve(
    settings: Settings, *, dry_run: bool = False, load: Load | None = None
) -> None:
    """Run until SIGTERM or SIGINT; with *load* SIGHUP reads the configuration again.

    A store that does not answer at the start is waited for. Broken: a part of what
    serves has failed, and all of it must be started anew.
    """
    logs.configure(settings)
    with stop_signal() as stop, hangup_signal() as told:
        async with AsyncExitStack() as stack:
            engine = await _started(stack, settings, is_dry=dry_run, stop=stop)
            if engine is None:
                return
            if dry_run:
                log.warning("server.dry_run", effect="nothing is written")
            async with _keeping_up(engine, settings, load, told):
                await engine.vital.until(stop)


async def _started(
    stack: AsyncExitStack, settings: Settings, *, is_dry: bool, stop: asyncio.Event
) -> Engine | None:
    """What serves until *stack* is closed; None when *stop* came before its store."""
    clock = SystemClock()
    while not stop.is_set():
        try:
            engine, _ = await stack.enter_async_context(
                serving(settings, is_dry=is_dry)
            )
        except StoreUnavailable as exc:
            log.warning("store.unreachable", error=str(exc))
            await clock.wait(stop, clock.now() + STORE_PATIENCE)
        else:
            return engine
    return None


@asynccontextmanager
async def _keeping_up(
    engine: Engine, settings: Settings, load: Load | None, told: asyncio.Event
) -> AsyncIterator[None]:
    """The configuration is checked at the trackers, and read again when told to."""
    projects = ProjectWatch(engine.means.current, settings, engine.means.clock)
    tasks = [asyncio.create_task(projects.serve())]
    if load is not None:
        choices = partial(choices_of, is_dry=engine.means.options.is_dry)
        reloader = Reloader(engine, settings, load, choices, projects)
        tasks.append(asyncio.create_task(reloader.serve(told)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def desk(settings: Settings, *, create: bool = True) -> AsyncIterator[Desk]:
    """The desk without a server: for commands on a store that nobody serves.

    The store is made when it is missing, unless *create* is False. What a command makes
    due is worked off before the context ends, as far as that is possible at once; all
    else waits for the next server.
    """
    async with opened(settings, create=create) as engine, engine.working():
        yield engine.desk
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(OFFLINE_PATIENCE):
                await engine.schedule.quiet()


def _readiness(store: Store) -> Readiness:
    async def reasons() -> Sequence[str]:
        try:
            await store.counts()
        except StoreUnavailable as exc:
            return [f"the store is down: {exc}"]
        return []

    return reasons


def _spare_the_collector() -> None:
    """Long pauses of the collector are the tail of the answer times (docs/adr)."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)

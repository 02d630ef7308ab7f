"""Reads the configuration again when told to, and puts in force what can be."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from bridge.engine.current import Choices, Current, Reload
from bridge.engine.engine import Engine
from bridge.logs import hide
from bridge.projects import ProjectWatch, ask
from bridge.settings import (
    ConfigError,
    Settings,
    restart_needed,
    taken_over,
)

log = structlog.get_logger(__name__)

Load = Callable[[], Settings]
"""Reads the configuration from where it was read at the start; ConfigError."""


class Reloader:
    """Keeps what is in force in step with what the operator wrote.

    A configuration that is no good as a whole changes nothing at all.
    """

    def __init__(
        self,
        engine: Engine,
        running: Settings,
        load: Load,
        choices_of: Callable[[Settings], Choices],
        projects: ProjectWatch,
    ) -> None:
        self._engine = engine
        self._running = running
        self._load = load
        self._choices_of = choices_of
        self._projects = projects

    async def serve(self, told: asyncio.Event) -> None:
        """Reload whenever *told* is set, until cancelled."""
        while True:
            await told.wait()
            told.clear()
            try:
                await self.reload()
            except Exception as exc:
                log.exception("config.reload_failed")
                fault = f"a fault of the bridge: {type(exc).__name__}; see its log"
                self._engine.refuse_reload(fault)

    async def reload(self) -> None:
        """Read once more; what is read in part, contradicts itself, or sends cases to
        a project that does not exist, is refused."""
        try:
            # Another thread reads, so that deliveries are answered meanwhile.
            read = await asyncio.to_thread(self._load)
            hide(read)
            now = taken_over(self._running, read)
        except (ConfigError, OSError) as exc:
            self._engine.refuse_reload(str(exc))
            return
        found = await ask(now)
        if found.missing_in_rules:
            self._engine.refuse_reload("; ".join(found.missing_in_rules))
            return
        self._projects.take(now, found)
        self._engine.reload(self._choices_of(now), restart_needed(self._running, read))


def warnings_of(current: Current) -> Sequence[str]:
    """What health has to say of the configuration."""
    return [*_of_last_reload(current.last_reload), *current.doubts]


def _of_last_reload(last: Reload | None) -> Sequence[str]:
    if last is None:
        return []
    if not last.is_good:
        return [f"the configuration was not reloaded, the old one holds: {last.error}"]
    if last.waiting:
        keys = ", ".join(last.waiting)
        return [f"changed, but taken over at the next start only: {keys}"]
    return []

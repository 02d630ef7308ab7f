"""Asks the case trackers for the projects that the configuration names."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bridge import trackers
from bridge.domain.model import TrackerName
from bridge.engine.current import Current
from bridge.ports.clock import Clock, SystemClock
from bridge.ports.errors import TrackerError
from bridge.settings import NamedProject, Settings, default_projects, ruled_projects

log = structlog.get_logger(__name__)

PATIENCE = 5.0
"""Seconds that a tracker may take before the bridge goes on without its answer."""

AGAIN = timedelta(minutes=1)
"""How soon a tracker is asked again that did not answer, or had no such project."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the trackers said, as complaints that name the key: projects they do not
    have, by who names them, and those of which they said nothing."""

    missing_in_rules: tuple[str, ...] = ()
    missing_by_default: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every complaint."""
        return (*self.missing_in_rules, *self.missing_by_default, *self.untold)


async def ask(settings: Settings) -> Found:
    """Whether the projects of rules and defaults are there; raises nothing."""
    ruled, default = [*ruled_projects(settings)], [*default_projects(settings)]
    wanted = dict.fromkeys((one.tracker, one.project) for one in (*ruled, *default))
    names = dict.fromkeys(tracker for tracker, _ in wanted)
    answers = await asyncio.gather(
        *(_known(settings, name, [p for t, p in wanted if t == name]) for name in names)
    )
    known = dict(zip(names, answers, strict=True))

    def told(named: Iterable[NamedProject], *, is_good: bool | None) -> tuple[str, ...]:
        return tuple(
            f"{one.place}: {text}"
            for one in named
            for good, text in [known[one.tracker][one.project]]
            if good is is_good
        )

    return Found(
        told(ruled, is_good=False),
        told(default, is_good=False),
        told((*ruled, *default), is_good=None),
    )


async def _known(
    settings: Settings, name: str, projects: list[str]
) -> dict[str, tuple[bool | None, str]]:
    """For each of *projects* whether the tracker has it, and what is to be said."""
    section = settings.trackers[name]
    connect = trackers.kinds()[section.kind].setup
    if connect is None:
        return dict.fromkeys(projects, (True, ""))
    try:
        async with asyncio.timeout(PATIENCE):
            tracker = TrackerName(name)
            async with connect(tracker, section, SystemClock()) as setup:
                found = await setup.projects(projects)
    except (TrackerError, TimeoutError) as exc:
        log.info("projects.untold", tracker=name, error=str(exc))
        found = ()
    if not found:
        return {one: (None, _untold(name, one)) for one in projects}
    return {
        one: (each.is_good, _untold(name, one) if each.is_good is None else each.text)
        for one, each in zip(projects, found, strict=True)
    }


def _untold(name: str, project: str) -> str:
    return f"{name} does not tell whether it has the project {project!r}"


class ProjectWatch:
    """Asks at the start, and for as long as an answer is bad or missing; what is
    wrong becomes a warning and stops nothing."""

    def __init__(self, current: Current, settings: Settings, clock: Clock) -> None:
        self._current = current
        self._settings = settings
        self._clock = clock
        self._changed = asyncio.Event()

    def take(self, settings: Settings, found: Found) -> None:
        """*settings* are in force now, and *found* is what is to be said of them."""
        self._settings = settings
        self._tell(found)
        self._changed.set()

    async def serve(self) -> None:
        """Ask until cancelled."""
        await self._ask()
        while True:
            until = self._clock.now() + AGAIN if self._current.doubts else None
            await self._clock.wait(self._changed, until)
            if self._changed.is_set():
                self._changed.clear()
            else:
                await self._ask()

    async def _ask(self) -> None:
        settings = self._settings
        found = await ask(settings)
        if settings is self._settings:
            self._tell(found)

    def _tell(self, found: Found) -> None:
        for text in found.all:
            if text not in self._current.doubts:
                log.warning("config.doubtful", text=text)
        self._current.doubts = found.all

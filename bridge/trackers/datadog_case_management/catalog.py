"""What an organisation has of case types and projects, remembered for a while."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar, cast
from uuid import UUID

import structlog

from bridge.domain.model import StatusGroup, TrackerName
from bridge.ports.clock import Clock
from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    PermanentError,
    TrackerError,
    UnknownProject,
)
from bridge.trackers.datadog_case_management import mapping
from bridge.trackers.datadog_case_management.wire import (
    ProjectsAnswer,
    StatusesConfig,
    TypesAnswer,
)
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp

T = TypeVar("T")

REMEMBERED_FOR = timedelta(minutes=10)
FAILURE_REMEMBERED_FOR = timedelta(seconds=2)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Loaded(Generic[T]):
    """How a load ended, and until when that counts."""

    until: datetime
    value: T | None = None
    failure: TrackerError | None = None


class Remembered(Generic[T]):
    """A value that is loaded when it is wanted and kept for ten minutes.

    A failure is kept for a moment, so that a crowd does not ask one by one for what
    cannot be had.
    """

    def __init__(self, load: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._load = load
        self._clock = clock
        self._loading: asyncio.Event | None = None
        self._kept: _Loaded[T] | None = None

    async def get(self) -> T:
        """The value; whoever comes while it is loaded waits for the same load, and
        has its failure too. Should the loader be cancelled, another loads."""
        while self._kept is None or self._clock.now() >= self._kept.until:
            if self._loading is None:
                await self._load_for_all()
            else:
                await self._loading.wait()
        if self._kept.failure is not None:
            raise self._kept.failure
        return cast(T, self._kept.value)

    def forget(self) -> None:
        """Load again when next wanted."""
        self._kept = None

    async def _load_for_all(self) -> None:
        self._loading = asyncio.Event()
        try:
            value = await self._load()
            self._kept = _Loaded(self._clock.now() + REMEMBERED_FOR, value)
        except TrackerError as exc:
            until = self._clock.now() + FAILURE_REMEMBERED_FOR
            self._kept = _Loaded(until, failure=exc)
        finally:
            self._loading.set()
            self._loading = None


class Catalog:
    """Answers which status stands for a group, and which project has a key."""

    def __init__(self, name: TrackerName, http: TrackerHttp, clock: Clock) -> None:
        self._name = name
        self._http = http
        self._types = Remembered(self._load_types, clock)
        self._projects = Remembered(self._load_projects, clock)

    async def default_status(self, type_id: str, group: StatusGroup) -> str:
        """The name of the status that stands for *group* in cases of this type."""
        config = (await self._types.get()).get(type_id, StatusesConfig())
        return mapping.default_status(config, group)

    async def project_id(self, project: str) -> str:
        """The id of the project with this key; an id is its own answer."""
        if _is_uuid(project):
            return project.lower()
        key = project.upper()
        if key not in await self._projects.get():
            self._projects.forget()
        known = await self._projects.get()
        found = known.get(key)
        if found is None:
            raise UnknownProject(self._name, project, known)
        return found

    async def projects(self) -> Mapping[str, str]:
        """The id of every project by its key."""
        return await self._projects.get()

    async def known_project(self, project: str) -> str:
        """The id of the project with this key or id; UnknownProject without one."""
        found = await self.project_id(project)
        known = await self._projects.get()
        if found not in known.values():
            raise UnknownProject(self._name, project, known)
        return found

    async def _load_types(self) -> Mapping[str, StatusesConfig]:
        call = Call(Effect.READ, "GET", path_of("api", "v2", "cases", "types"))
        try:
            answer = await self._http.fetch(call, TypesAnswer)
        except (PermanentError, ForbiddenError, GoneError) as exc:
            # The usual names still serve most cases, and refusal of them is heard of.
            _log.warning("types.unreadable", tracker=self._name, reason=str(exc))
            return {}
        return {kind.id: kind.attributes.statuses_config for kind in answer.data}

    async def _load_projects(self) -> Mapping[str, str]:
        call = Call(Effect.READ, "GET", path_of("api", "v2", "cases", "projects"))
        answer = await self._http.fetch(call, ProjectsAnswer)
        return {
            project.attributes.key.upper(): project.id
            for project in answer.data
            if project.attributes.key
        }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return "-" in text

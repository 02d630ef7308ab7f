"""Things that go wrong at the sandbox's API: scripted, counted, reproducible."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random

from bridge.sandbox.records import Instant
from bridge.sandbox.views import View
from bridge.sandbox.world import World

_NANOS = 1_000_000_000


class FaultKind(StrEnum):
    """What goes wrong."""

    FAIL = "fail"
    """Answer *status* (503 unless told) without doing anything; a status below 300
    says that it was done, with an empty body."""
    RATE_LIMIT = "rate_limit"
    """Answer 429, with *reset* as X-RateLimit-Reset or *retry_after* as Retry-After."""
    DELAY = "delay"
    """Wait *seconds*, then go on as usual."""
    HOLD = "hold"
    """Give no answer until the fault is taken away, or for *seconds*; then 503."""
    CUT_BEFORE = "cut_before"
    """Cut the connection and do nothing."""
    CUT_AFTER = "cut_after"
    """Do it, then cut the connection instead of answering."""
    HOLD_AFTER = "hold_after"
    """Do it, then keep the answer back as HOLD does."""
    STALE = "stale"
    """Show an object as it was before its last change, for *reads* reads of it, or
    within *seconds* of that change."""
    INDEX_LAG = "index_lag"
    """Let searches know only what is older than *seconds*."""
    REFUSE_TRANSITION = "refuse_transition"
    """Refuse to move a case from status *from_status* to *to_status* (empty: any)."""
    MANGLE = "mangle"
    """Keep another text of a comment: without HTML comments, trimmed, escaped."""


@dataclass(slots=True)
class Fault:
    """One fault and where it strikes: globs of *method* and *path*, one *project*'s
    cases (id or key; empty: everywhere), *count* times (None: for ever), at a *rate*.

    *shape* chooses between the ``object`` and the ``text`` form of the error.
    """

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    project: str = ""
    count: int | None = None
    rate: float = 1.0
    status: int = 503
    shape: str = "object"
    seconds: float | None = None
    reads: int = 1
    reset: int | None = None
    retry_after: str = ""
    from_status: str = ""
    to_status: str = ""
    struck: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes; *project* is the id of the project it concerns, if any."""

    method: str
    path: str
    project: str = ""


class Faults:
    """All faults in force; the first that fits a request strikes."""

    def __init__(self, world: World, *, seed: int = 1) -> None:
        self._world = world
        self._chance = Random(seed)  # noqa: S311 - play, no secrets
        self._armed: dict[int, Fault] = {}
        self._last_id = 0
        self._armed_at: dict[int, Instant] = {}
        self._stale_reads: dict[tuple[int, str, Instant], int] = {}
        self.released = asyncio.Event()

    @property
    def armed(self) -> dict[int, Fault]:
        """The faults in force, by their numbers."""
        return dict(self._armed)

    def add(self, fault: Fault) -> int:
        """Arm a fault; its number takes it away again."""
        self._last_id += 1
        self._armed[self._last_id] = fault
        self._armed_at[self._last_id] = self._world.now()
        return self._last_id

    def remove(self, number: int) -> None:
        """Take a fault away; whoever it holds is let go."""
        self._armed.pop(number, None)
        self._release()

    def clear(self) -> None:
        """Take every fault away."""
        self._armed.clear()
        self._release()

    def strike(self, place: Place, kinds: frozenset[FaultKind]) -> Fault | None:
        """The fault of one of *kinds* that strikes this request, counted as used."""
        for number, fault in self._armed.items():
            if fault.kind in kinds and self._fits(fault, place):
                self.use(number)
                return fault
        return None

    def refuses(self, place: Place, old: str, new: str) -> bool:
        """Whether a status transition is forbidden; counted as used."""
        for number, fault in self._armed.items():
            if (
                fault.kind is FaultKind.REFUSE_TRANSITION
                and fault.from_status in {"", old}
                and fault.to_status in {"", new}
                and self._fits(fault, place)
            ):
                self.use(number)
                return True
        return False

    def use(self, number: int) -> None:
        """Count one strike; a fault that has struck *count* times is gone."""
        fault = self._armed[number]
        fault.struck += 1
        if fault.count is not None and fault.struck >= fault.count:
            del self._armed[number]

    def view(self, place: Place) -> View:
        """The world as this request sees it."""
        fitting = [
            number
            for number, fault in self._armed.items()
            if fault.kind is FaultKind.STALE and self._fits(fault, place)
        ]
        lags = [
            fault.seconds or 0.0
            for fault in self._armed.values()
            if fault.kind is FaultKind.INDEX_LAG and self._fits(fault, place)
        ]
        indexed = self._world.now() - round(max(lags) * _NANOS) if lags else None

        def age(object_id: str) -> Instant | None:
            ages = (self._age(number, object_id) for number in fitting)
            return next((at for at in ages if at is not None), None)

        return View(self._world, age=age, indexed=indexed)

    def _age(self, number: int, object_id: str) -> Instant | None:
        fault = self._armed.get(number)
        changed_at = self._world.changed_at(object_id)
        if fault is None or changed_at < self._armed_at[number]:
            return None
        if fault.seconds is not None:
            is_young = self._world.now() - changed_at < fault.seconds * _NANOS
        else:
            key = (number, object_id, changed_at)
            done = self._stale_reads[key] = self._stale_reads.get(key, 0) + 1
            is_young = done <= fault.reads
        if not is_young:
            return None
        fault.struck += 1
        return changed_at - 1

    def _fits(self, fault: Fault, place: Place) -> bool:
        return (
            fnmatchcase(place.method, fault.method)
            and fnmatchcase(place.path, fault.path)
            and (not fault.project or place.project == self._id(fault.project))
            and (fault.rate >= 1 or self._chance.random() < fault.rate)
        )

    def _id(self, project: str) -> str:
        return self._world.project(project).id

    def _release(self) -> None:
        self.released.set()
        self.released = asyncio.Event()

"""What processes that share a store agree on: who is there, and who works on what.

A process that takes part is a *replica*. It says that it is alive again and again; one
that has not for too long counts as dead, and what it worked on is free. A key is worked
on under a *fence*, whose number is higher for each that comes later: what is written
under a fence that another has replaced is refused.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType, Protocol

from bridge.ports.records import Due, Key

ReplicaId = NewType("ReplicaId", str)


@dataclass(frozen=True, slots=True)
class Fence:
    """The right of *replica* to work on *key*: the *token* rises with every claim.

    *version* is that of the work due when it was claimed, 0 where none was.
    """

    key: Key
    token: int
    replica: ReplicaId
    version: int = 0


@dataclass(frozen=True, slots=True)
class NotYet:
    """The key is due later."""

    at: datetime


class LeaseLost(Exception):
    """Somebody else may work on the key by now: nothing more is to be written."""


class Sharing(Protocol):
    """The part of a store that its replicas meet in. StoreUnavailable."""

    async def beat(self, replica: ReplicaId, takeover: timedelta) -> bool:
        """*replica* is alive for *takeover* from now; those whose time is over are
        counted as dead. False when *replica* itself is not known (any more)."""
        ...

    async def join(self, replica: ReplicaId, takeover: timedelta) -> None:
        """*replica*, which was never there before, takes part."""
        ...

    async def leave(self, replica: ReplicaId) -> None:
        """*replica* is gone, and what it had claimed is free."""
        ...

    async def claim(
        self, replica: ReplicaId, key: Key, due_by: datetime | None = None
    ) -> Fence | NotYet | None:
        """The right to work on *key*, with *due_by* only if it is due by then; None
        when another replica has it or nothing is due. LeaseLost where *replica* is
        counted as dead."""
        ...

    async def release(self, fence: Fence) -> datetime | None:
        """The key is free again; when it is due, if it was made due since the claim:
        who made it due and was refused relies on that. A *token* of 0 stands for
        whichever the replica has, where the answer to its claim was lost."""
        ...

    async def holds(self, fence: Fence) -> bool:
        """Whether *fence* is in force still."""
        ...

    async def unclaimed(self, due_by: datetime, limit: int) -> list[Due]:
        """Keys due by then that nobody works on, longest waiting first."""
        ...

    async def note_write(
        self, kind: str, target: str, at: datetime, since: datetime
    ) -> int:
        """One more write of that kind to *target*; how many there were after *since*,
        by all replicas."""
        ...

    async def forget_writes(self, targets: Sequence[str]) -> None:
        """Count the writes to these anew."""
        ...


class Held(Protocol):
    """A fence in the hands of who works under it."""

    @property
    def fence(self) -> Fence:
        """The fence itself."""
        ...

    def check_time(self) -> None:
        """LeaseLost when it may have run out; asks nobody."""
        ...

    async def check(self) -> None:
        """LeaseLost when it is not in force; asks the store."""
        ...


_held: ContextVar[Held | None] = ContextVar("held", default=None)


def held() -> Held | None:
    """The fence under which the running task works, if under any."""
    return _held.get()


@contextmanager
def working_under(fence: Held | None) -> Iterator[None]:
    """All that is written while the context lasts is written under *fence*."""
    before = _held.set(fence)
    try:
        yield
    finally:
        _held.reset(before)

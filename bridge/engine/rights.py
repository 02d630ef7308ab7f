"""The right to work on a key: within one process it is everybody's who has the task."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Protocol

from bridge.engine.vital import Begin
from bridge.ports.records import Key

Run = Callable[[Key], Awaitable[datetime | None]]
"""One pass over a key; the moment it wants to be run again, if it does. Never raises
but when cancelled."""

Wake = Callable[[Key, datetime], None]
"""Makes a key due in this process."""


class Rights(Protocol):
    """Sees to it that at most one process works on a key at a time.

    Within the process the schedule does: nothing here is called twice at a time for one
    key.
    """

    @property
    def leads(self) -> bool:
        """Whether this process does what is done once for all of them."""
        ...

    async def run(self, key: Key, work: Run) -> datetime | None:
        """*work* on what is due for *key*, unless another process is at it."""
        ...

    async def look(self, key: Key, work: Run) -> datetime | None:
        """The same where nothing need be due."""
        ...

    def alone(self, key: Key) -> AbstractAsyncContextManager[datetime | None]:
        """Nobody works on *key* while the context lasts, which waits for that."""
        ...

    def taking_part(
        self, wake: Wake, room: Callable[[], int], begin: Begin
    ) -> AbstractAsyncContextManager[None]:
        """While the context lasts this process may work; it hears of keys through
        *wake*, as many as it has *room* for. *begin* runs what must run meanwhile."""
        ...


class SoleProcess:
    """No other process has this store."""

    leads = True

    async def run(self, key: Key, work: Run) -> datetime | None:
        """Just do it."""
        return await work(key)

    async def look(self, key: Key, work: Run) -> datetime | None:
        """Just do it."""
        return await work(key)

    @asynccontextmanager
    async def alone(self, key: Key) -> AsyncIterator[None]:  # noqa: ARG002
        """The schedule alone sees to it."""
        yield

    @asynccontextmanager
    async def taking_part(
        self,
        wake: Wake,  # noqa: ARG002
        room: Callable[[], int],  # noqa: ARG002
        begin: Begin,  # noqa: ARG002
    ) -> AsyncIterator[None]:
        """Nobody need know."""
        yield

"""The loop breaker: too many writes to one value in a short time pause its case."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.actions import Action
from bridge.engine.record import kind_of, target_and_value
from bridge.ports.sharing import Sharing

WINDOW = timedelta(minutes=10)
REMEMBERED = 50_000
"""Values whose writes are remembered at most; the oldest are forgotten first."""

Field = tuple[str, str]
"""What was written to, and which of its values."""


def field_of(action: Action) -> Field:
    """The value that *action* is about."""
    return kind_of(action), target_and_value(action)[0]


class Flips(Protocol):
    """Counts writes by the value they went to."""

    async def note(self, action: Action, at: datetime) -> int:
        """One more write; how many there were to the same value within ten minutes."""
        ...

    async def forget(self, targets: Iterable[str]) -> None:
        """Count the writes to these anew."""
        ...


class SharedFlips:
    """Counts those of all processes with the same store."""

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing

    async def note(self, action: Action, at: datetime) -> int:
        """One more write; how many there were to the same value within ten minutes."""
        return await self._sharing.note_write(*field_of(action), at, at - WINDOW)

    async def forget(self, targets: Iterable[str]) -> None:
        """Count the writes to these anew."""
        await self._sharing.forget_writes(list(targets))


class OwnFlips:
    """Counts those of this process."""

    def __init__(self) -> None:
        self._written: dict[Field, deque[datetime]] = {}

    async def note(self, action: Action, at: datetime) -> int:
        """One more write; how many there were to the same value within ten minutes."""
        field = field_of(action)
        times = self._written.pop(field, None) or deque()
        times.append(at)
        while times[0] <= at - WINDOW:
            times.popleft()
        self._written[field] = times
        if len(self._written) > REMEMBERED:
            del self._written[next(iter(self._written))]
        return len(times)

    async def forget(self, targets: Iterable[str]) -> None:
        """Count the writes to these anew."""
        gone = set(targets)
        for field in [field for field in self._written if field[1] in gone]:
            del self._written[field]

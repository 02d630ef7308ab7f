"""The meeting place of replicas: their claims go through the store's own writer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bridge.ports.records import Due, Key
from bridge.ports.sharing import Fence, LeaseLost, NotYet, ReplicaId
from bridge.store import replicas
from bridge.store.asking import Holding, Question
from bridge.store.flips import Counting, Forgetting
from bridge.store.group_commit import GroupCommit
from bridge.store.replicas import Beating, Claiming, Joining, Leaving, Releasing
from bridge.store.writing import Write, Written


class SqlSharing:
    """Implements ``bridge.ports.sharing.Sharing``."""

    def __init__(
        self, writer: GroupCommit[Write, Written], reader: GroupCommit[Question, Any]
    ) -> None:
        self._writer = writer
        self._reader = reader

    async def beat(self, replica: ReplicaId, takeover: timedelta) -> bool:
        """Say that *replica* is alive; False when it counts as dead."""
        return bool(await self._writer.submit(Beating(replica, takeover)))

    async def join(self, replica: ReplicaId, takeover: timedelta) -> None:
        """*replica* takes part."""
        await self._writer.submit(Joining(replica, takeover))

    async def leave(self, replica: ReplicaId) -> None:
        """*replica* is gone."""
        await self._writer.submit(Leaving(replica))

    async def claim(
        self, replica: ReplicaId, key: Key, due_by: datetime | None = None
    ) -> Fence | NotYet | None:
        """The right to work on *key*; LeaseLost."""
        answer = await self._writer.submit(Claiming(replica, key, due_by))
        if isinstance(answer, LeaseLost):
            raise answer
        assert answer is None or isinstance(answer, Fence | NotYet)
        return answer

    async def release(self, fence: Fence) -> datetime | None:
        """Free the key; when it is due, if that came up meanwhile."""
        due = await self._writer.submit(Releasing(fence))
        assert due is None or isinstance(due, datetime)
        return due

    async def holds(self, fence: Fence) -> bool:
        """Whether *fence* is in force still."""
        holds: bool = await self._reader.submit(Holding(fence))
        return holds

    async def unclaimed(self, due_by: datetime, limit: int) -> list[Due]:
        """Keys due by then that nobody works on."""
        found: list[Due] = await self._reader.submit(
            lambda conn: replicas.unclaimed(conn, due_by, limit)
        )
        return found

    async def note_write(
        self, kind: str, target: str, at: datetime, since: datetime
    ) -> int:
        """One more write to *target*; how many after *since*."""
        number = await self._writer.submit(Counting(kind, target, at, since))
        assert isinstance(number, int)
        return number

    async def forget_writes(self, targets: Sequence[str]) -> None:
        """Count the writes to these anew."""
        await self._writer.submit(Forgetting(tuple(targets)))

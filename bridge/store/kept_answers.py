"""Keys of requests: claimed, kept and let go of through the store's own writer."""

from datetime import datetime

from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse
from bridge.store.group_commit import GroupCommit
from bridge.store.idempotency import KeyClaiming, KeyEnding, KeyForgetting
from bridge.store.writing import Write, Written


class SqlKeptAnswers:
    """Implements ``bridge.ports.idempotency.KeptAnswers``."""

    def __init__(self, writer: GroupCommit[Write, Written], *, is_shared: bool) -> None:
        self._writer = writer
        self._is_shared = is_shared

    async def claim(
        self, claim: KeyClaim, *, kept_since: datetime, abandoned_before: datetime
    ) -> KeptAnswer | KeyInUse | None:
        """None once the key is the claim's own."""
        wanted = KeyClaiming(claim, kept_since, abandoned_before, self._is_shared)
        answer = await self._writer.submit(wanted)
        assert answer is None or isinstance(answer, KeptAnswer | KeyInUse)
        return answer

    async def keep(self, claim: KeyClaim, answer: KeptAnswer) -> None:
        """Answer the key so from now on."""
        await self._writer.submit(KeyEnding(claim, answer))

    async def release(self, claim: KeyClaim) -> None:
        """The key is new again."""
        await self._writer.submit(KeyEnding(claim))

    async def forget(self, before: datetime, *, most: int, limit: int) -> int:
        """Let go of what is too old or too much; how many went."""
        gone = await self._writer.submit(KeyForgetting(before, most, limit))
        assert isinstance(gone, int)
        return gone

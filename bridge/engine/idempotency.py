"""Requests that their senders named by a key: each is carried out once for a day."""

from datetime import timedelta

from bridge.engine.means import Means
from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse

KEPT_FOR = timedelta(hours=24)
ABANDONED_AFTER = timedelta(minutes=2)
"""A request without an answer for so long is carried out again: who had it is gone."""

MOST = 100_000
"""Keys that are kept; of more the oldest go."""


class Idempotency:
    """Claims keys for this process."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._owner = means.new_id()

    async def begin(self, key: str, request: str) -> KeyClaim | KeptAnswer | KeyInUse:
        """The right to carry *request* out, or what it was answered, or why not."""
        now = self._means.clock.now()
        claim = KeyClaim(key, request, self._means.new_id(), self._owner, now)
        found = await self._means.store.answers.claim(
            claim,
            kept_since=now - KEPT_FOR,
            abandoned_before=now - ABANDONED_AFTER,
        )
        return claim if found is None else found

    async def keep(self, claim: KeyClaim, answer: KeptAnswer) -> None:
        """Whoever asks the same again is answered so."""
        await self._means.store.answers.keep(claim, answer)

    async def release(self, claim: KeyClaim) -> None:
        """Whoever asks the same again has it carried out."""
        await self._means.store.answers.release(claim)

    async def forget(self, limit: int) -> int:
        """Let go of keys that are kept no longer, *limit* at most; how many went."""
        before = self._means.clock.now() - KEPT_FOR
        return await self._means.store.answers.forget(before, most=MOST, limit=limit)

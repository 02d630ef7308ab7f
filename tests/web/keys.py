"""Idempotency keys of paper: in memory, for one process."""

from itertools import count

from bridge.ports.errors import StoreUnavailable
from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse
from tests.builders import NOON


class PaperKeys:
    """Holds claims by their keys, and what they were answered."""

    def __init__(self) -> None:
        self.claims: dict[str, KeyClaim] = {}
        self.answers: dict[str, KeptAnswer] = {}
        self.keeps_nothing = False
        self._numbers = count()

    async def begin(self, key: str, request: str) -> KeyClaim | KeptAnswer | KeyInUse:
        there = self.claims.get(key)
        if there is None:
            made = KeyClaim(key, request, str(next(self._numbers)), "here", NOON)
            self.claims[key] = made
            return made
        if there.request != request:
            return KeyInUse.BY_ANOTHER_REQUEST
        return self.answers.get(key, KeyInUse.NOW)

    async def keep(self, claim: KeyClaim, answer: KeptAnswer) -> None:
        if self.keeps_nothing:
            raise StoreUnavailable("gone")
        self.answers[claim.key] = answer

    async def release(self, claim: KeyClaim) -> None:
        del self.claims[claim.key]

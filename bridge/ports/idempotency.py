"""Requests under keys that their senders choose, and what each was answered.

A key is *claimed* before its request is carried out, and free again or *kept* with the
answer afterwards. One that is claimed and neither has been abandoned: the process died,
or the store failed it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """*request* under *key* is about to be carried out by the process *owner*.

    *request* is the same for the same method, address and body; *token* is of this
    claim alone.
    """

    key: str
    request: str
    token: str
    owner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What the first request under a key was answered."""

    status: int
    body: bytes


class KeyInUse(Enum):
    """Why a key cannot be claimed."""

    BY_ANOTHER_REQUEST = "another request"
    NOW = "now"


class KeptAnswers(Protocol):
    """The part of a store that holds keys. Every call may raise StoreUnavailable."""

    async def claim(
        self, claim: KeyClaim, *, kept_since: datetime, abandoned_before: datetime
    ) -> KeptAnswer | KeyInUse | None:
        """None once the key is the claim's own: it is new, was claimed before
        *kept_since*, or was abandoned. That is so where its answer is missing and it
        was claimed before *abandoned_before* or, in a store of one process, by another
        owner."""
        ...

    async def keep(self, claim: KeyClaim, answer: KeptAnswer) -> None:
        """Answer the key so from now on, unless somebody else has claimed it since."""
        ...

    async def release(self, claim: KeyClaim) -> None:
        """The key is new again, unless somebody else has claimed it since."""
        ...

    async def forget(self, before: datetime, *, most: int, limit: int) -> int:
        """Let go of keys claimed before then, and of the oldest beyond *most*, *limit*
        at most; how many went."""
        ...

"""What is told to people outside when something needs looking at, and who takes it."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

TEST = "test"
"""In place of a cause: somebody tries whether the receiver is reached."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert that has begun or, with *ended*, is over.

    *id* is the same each time this notice is sent to this receiver. *tracker* is empty
    where the alert is about the bridge as a whole.
    """

    id: str
    cause: str
    tracker: str
    text: str
    since: datetime
    ended: datetime | None = None
    is_dry: bool = False


class NotDelivered(Exception):
    """The receiver did not take the notice; the text holds no secret."""


class Receiver(Protocol):
    """Somebody who wants to be told."""

    @property
    def name(self) -> str:
        """As configured, unique."""
        ...

    @property
    def kind(self) -> str:
        """Which manner of receiver it is."""
        ...

    @property
    def causes(self) -> Set[str]:
        """The causes it wants to hear of; empty: all."""
        ...

    async def tell(self, notice: Notice) -> None:
        """Send *notice*, once, and return when it was taken; NotDelivered."""
        ...

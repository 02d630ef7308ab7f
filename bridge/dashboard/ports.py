"""What the pages need of the engine: what the API needs, and what people look at."""

from typing import Protocol

from bridge.web.ports import Answer, Desk


class Overview(Protocol):
    """What people look at. Every call may raise StoreUnavailable."""

    async def cases(
        self, *, text: str, standing: str, cursor: str | None, limit: int
    ) -> Answer:
        """A page of cases with their issues; Unclear."""
        ...

    async def pulse(self) -> Answer:
        """How the work flows: the longest wait, what ended in the last hour."""
        ...

    async def newest(self) -> str:
        """The id of the event that came last."""
        ...

    async def rules(self) -> Answer:
        """The rules in force in their order, and how much each decides."""
        ...

    def abilities(self) -> Answer:
        """What each tracker can do, and what is synced which way."""
        ...


class Board(Desk, Protocol):
    """The desk with its overview."""

    @property
    def overview(self) -> Overview:
        """What people look at."""
        ...

    async def case(self, case: str) -> Answer:
        """One case: both sides, what was agreed, what is dead; NotFound, Unclear."""
        ...

"""What people look at, asked over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

from bridge.cli.sent import given

Answer = dict[str, Any]


class RemoteOverview:
    """Asks the API by *ask*, which is given a method, a path and what goes with it."""

    def __init__(self, ask: Callable[..., Awaitable[Answer]]) -> None:
        self._ask = ask

    async def cases(
        self, *, text: str, standing: str, cursor: str | None, limit: int
    ) -> Answer:
        """A page of cases with their issues."""
        narrowed = {"q": text or None, "standing": standing or None}
        which = given({**narrowed, "cursor": cursor, "limit": limit})
        return await self._ask("GET", "cases", params=which)

    async def abilities(self) -> Answer:
        """What each tracker can do, and what is synced which way."""
        return await self._ask("GET", "abilities")

    async def pulse(self) -> Answer:
        """How the work flows."""
        return await self._ask("GET", "pulse")

    async def rules(self) -> Answer:
        """The rules in force, and how much each decides."""
        return await self._ask("GET", "rules")

"""A clock that stands still until a test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta


class StoppedClock:
    """Tells the time it was set to."""

    def __init__(self, at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        raise AssertionError("nothing under test here waits")

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

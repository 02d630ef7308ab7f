"""Clocks that go by what a test does."""

import asyncio
from datetime import datetime, timedelta

from tests.builders import NOON


class StoppedClock:
    """Tells the time it was set to, and leaps to the end of every wait."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        assert until, "nothing under test here waits without an end"
        if not wake.is_set():
            self.at = max(self.at, until)

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class ManualClock:
    """Time that passes only when a test says so."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start
        self._passed = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by
        self._passed.set()
        self._passed = asyncio.Event()

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        while not wake.is_set() and (until is None or self._now < until):
            woken = asyncio.create_task(wake.wait())
            passed = asyncio.create_task(self._passed.wait())
            _, pending = await asyncio.wait(
                {woken, passed}, return_when=asyncio.FIRST_COMPLETED
            )
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

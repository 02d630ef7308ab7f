"""Sits out the short pauses that a tracker's rate limit asks for."""

import asyncio
from datetime import datetime, timedelta

from bridge.ports.clock import Clock
from bridge.ports.errors import TransientError
from bridge.transport.calls import Call, Effect
from bridge.transport.rates import RateMemory

SHORT_PAUSE = timedelta(seconds=2)
"""How long a call sits out what a rate limit asks; a longer pause sends it back."""

LONGEST_PAUSE = timedelta(seconds=20)
"""How long a read does so in all, pause after pause; a write no longer than one."""


class Pauses:
    """Keeps calls back for as long as *rates* say; one 429 in passing must not send
    every pass under way back to its first read."""

    def __init__(self, tracker: str, rates: RateMemory, clock: Clock) -> None:
        self._tracker = tracker
        self._rates = rates
        self._clock = clock

    def patience(self, call: Call) -> datetime:
        """Until when *call*, asked for now, sits pauses out."""
        is_read = call.effect is Effect.READ
        return self._clock.now() + (LONGEST_PAUSE if is_read else SHORT_PAUSE)

    async def sit_out(self, call: Call) -> None:
        """Wait for the end of a pause that is short; of any other the call hears when
        it is about to go out."""
        wait = self._wait(call)
        if timedelta() < wait <= SHORT_PAUSE:
            await self._clock.wait(asyncio.Event(), self._clock.now() + wait)

    def is_over(self, call: Call, until: datetime) -> bool:
        """True when *call* may go out, False when it should sit out one more pause;
        TransientError when that would be too long, or too late with *until*."""
        wait = self._wait(call)
        if not wait:
            return True
        if wait <= SHORT_PAUSE and self._clock.now() + wait <= until:
            return False
        seconds = wait.total_seconds()
        raise TransientError(
            f"{self._tracker}: {call} was not sent: the tracker's rate limit asks "
            f"to wait {seconds:.0f} s more",
            retry_after=seconds,
        )

    def _wait(self, call: Call) -> timedelta:
        return timedelta(seconds=self._rates.wait(call, self._clock.now()))

"""What is tried again: a read that met a passing trouble at once, by hand as it is in
every call's way, and all else later, with the backoff that tenacity reckons."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from tenacity import RetryCallState, Retrying, wait_exponential

from bridge.transport.calls import Call, Effect
from bridge.transport.failures import is_broken_connection

T = TypeVar("T")

JITTER = 0.25
"""How much a backoff may be longer than its wait, as a part of it."""

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may well be other ones a moment later."""

FURTHER_TRIES = 2
SHORTEST_PAUSE = timedelta(milliseconds=100)

EARNED = 0.25
"""Further tries that one good answer earns."""

MOST_TRIES_LEFT = 10.0

LONGEST_PAUSE = 0.05
"""Seconds before a second try, at most."""


async def with_second_try(exchange: Callable[[Call], Awaitable[T]], call: Call) -> T:
    """Make the call; a read that met a broken connection is made once more at once.

    Everything else is the engine's to repeat: it looks again before it writes again.
    """
    try:
        return await exchange(call)
    except Exception as exc:
        if call.effect is not Effect.READ or not is_broken_connection(exc):
            raise
    await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 - guards nothing
    return await exchange(call)


class FurtherTries:
    """Whether a read that was answered with a passing trouble is made again at once.

    A pass makes a dozen reads; if each trouble sent it back to the first, it would
    hardly ever come through at a tracker that fails now and then. Each answer that is
    well earns a part of a further try, so a tracker that is down is asked hardly more
    often than without them.
    """

    def __init__(self, longest: timedelta, rng: random.Random) -> None:
        self._longest = longest
        self._rng = rng
        self._left = MOST_TRIES_LEFT

    def earn(self) -> None:
        """A call went well."""
        self._left = min(MOST_TRIES_LEFT, self._left + EARNED)

    def pause(
        self, call: Call, status: int, told: float | None, tried: int
    ) -> timedelta | None:
        """How long to wait before *call* is made again that was answered with *status*
        the *tried*-th time, asking to wait *told* seconds; None: it is the engine's."""
        asked = timedelta(seconds=told or 0.0)
        if call.effect is not Effect.READ or status not in PASSING:
            return None
        if tried > FURTHER_TRIES or asked > self._longest or self._left < 1.0:
            return None
        self._left -= 1.0
        return max(asked, backoff(tried, SHORTEST_PAUSE, self._longest, self._rng))


def backoff(
    attempt: int, first: timedelta, longest: timedelta, rng: random.Random
) -> timedelta:
    """The wait after the failed *attempt* (counted from 1): doubling, with jitter on
    top, so that what failed together does not come back together."""
    wait = wait_exponential(
        multiplier=first.total_seconds(), max=longest.total_seconds()
    )
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = max(1, attempt)
    return timedelta(seconds=wait(state) * rng.uniform(1.0, 1.0 + JITTER))

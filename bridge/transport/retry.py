"""What is tried again: a broken read at once, by hand as it is in every call's way, and
all else later, with the backoff that tenacity reckons."""

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

"""The one place where tenacity is wired: a second try at once, a backoff for later."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from bridge.transport.calls import Call, Effect
from bridge.transport.failures import is_broken_connection

T = TypeVar("T")

JITTER = 0.25
"""How much a backoff may be longer than its wait, as a part of it."""

_SECOND_TRY = AsyncRetrying(
    stop=stop_after_attempt(2),
    wait=wait_random(0, 0.05),
    retry=retry_if_exception(is_broken_connection),
    reraise=True,
)


async def with_second_try(exchange: Callable[[Call], Awaitable[T]], call: Call) -> T:
    """Make the call; a read that met a broken connection is made once more at once.

    Everything else is the engine's to repeat: it looks again before it writes again.
    """
    if call.effect is not Effect.READ:
        return await exchange(call)
    return await _SECOND_TRY.copy()(exchange, call)


def backoff(
    attempt: int, first: timedelta, longest: timedelta, rng: random.Random
) -> timedelta:
    """The wait after the failed *attempt* (counted from 1): doubling, with jitter on
    top, so that what failed together does not come back together."""
    wait = wait_exponential(
        multiplier=first.total_seconds(), max=longest.total_seconds()
    )
    state = RetryCallState(_SECOND_TRY, None, (), {})
    state.attempt_number = max(1, attempt)
    return timedelta(seconds=wait(state) * rng.uniform(1.0, 1.0 + JITTER))

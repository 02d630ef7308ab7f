"""Asks a bridge again whose connection broke before it had answered.

Only for what may be asked twice: what reads, and what acts under a key.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import httpx

from bridge.cli.refusals import Unanswered

if TYPE_CHECKING:
    from tenacity import RetryCallState

Ask = Callable[[], Awaitable[httpx.Response]]

KEY: Final = "Idempotency-Key"
"""The header that names a request, so that it is carried out once (ADR 0070)."""

PATIENCE = 30.0
"""Seconds for which the bridge may be away, as while it is restarted."""

FIRST_WAIT = 0.2
LONGEST_WAIT = 3.0


async def answered(ask: Ask) -> httpx.Response:
    """The answer, also where the connection broke on the way to it.

    A bridge that cannot be reached in the first place raises what httpx does; one that
    is gone after it was asked, Unanswered.
    """
    try:
        return await ask()
    except (httpx.ConnectError, httpx.ConnectTimeout):
        raise
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        return await _again(ask)


async def _again(ask: Ask) -> httpx.Response:
    from tenacity import (  # noqa: PLC0415 - seldom needed
        AsyncRetrying,
        stop_after_delay,
        wait_exponential,
        wait_random,
    )

    tries = AsyncRetrying(
        retry=_is_to_be_repeated,
        wait=wait_exponential(FIRST_WAIT, LONGEST_WAIT) + wait_random(0, FIRST_WAIT),
        stop=stop_after_delay(PATIENCE),
        retry_error_callback=_last,
    )
    try:
        return await tries(ask)
    except httpx.TransportError as exc:
        raise Unanswered(
            "the connection to the bridge broke, and it has not answered since "
            f"({type(exc).__name__}): whether it was done, its log and `bridge status` "
            "tell"
        ) from exc


def _is_to_be_repeated(state: "RetryCallState") -> bool:
    """True while the connection breaks, and while the first request is at work."""
    outcome = state.outcome
    if outcome is None:
        return False
    if problem := outcome.exception():
        return isinstance(problem, httpx.TransportError)
    answer: httpx.Response = outcome.result()
    is_conflict = answer.status_code == httpx.codes.CONFLICT
    return is_conflict and "Retry-After" in answer.headers


def _last(state: "RetryCallState") -> httpx.Response:
    assert state.outcome
    answer: httpx.Response = state.outcome.result()
    return answer

"""Translates what went wrong with a call into the errors of the ports."""

import aiohttp
import httpx
from pydantic import ValidationError

from bridge.ports.errors import (
    AmbiguousError,
    ForbiddenError,
    GoneError,
    PermanentError,
    TrackerError,
    TransientError,
)
from bridge.transport.calls import Call, Effect

_NOTHING_WAS_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_TRANSIENT = (408, 425, 429)
_UNAUTHENTICATED = 401
_FORBIDDEN = (_UNAUTHENTICATED, 403)
_GONE = (404, 410)
_SERVER_ERRORS = range(500, 600)

Broken = httpx.HTTPError | aiohttp.ClientError
"""What httpx over aiohttp raises: a few aiohttp errors pass through untranslated."""


class UnauthenticatedError(ForbiddenError):
    """A 401: the keys themselves are no good, whatever was asked for."""


class RefusedError(PermanentError):
    """A 4xx that is not covered by the other errors; *status* says which."""

    def __init__(self, text: str, *, status: int) -> None:
        super().__init__(text)
        self.status = status


def was_sent(exc: Broken) -> bool:
    """False only when it is certain that no byte of the request went out.

    httpx-aiohttp calls most of what breaks a ConnectTimeout, also a connection that was
    cut after the request was sent. Only the aiohttp error below it tells them apart.
    """
    if isinstance(exc.__cause__, aiohttp.ClientError):
        return not isinstance(exc.__cause__, _NOTHING_WAS_SENT)
    return not isinstance(exc, httpx.ConnectTimeout | httpx.ConnectError)


def is_broken_connection(exc: BaseException) -> bool:
    """True when a connection that had been made broke, other than by taking long."""
    if not isinstance(exc, httpx.TransportError):
        return False
    if isinstance(exc.__cause__, TimeoutError) or not was_sent(exc):
        return False
    return not isinstance(
        exc, httpx.ReadTimeout | httpx.WriteTimeout | httpx.PoolTimeout
    )


def unanswered(tracker: str, call: Call, why: str, *, sent: bool) -> TransientError:
    """The error for a call to which no whole answer came."""
    text = f"{tracker}: {call} got no answer: {why}"
    if sent and call.effect is not Effect.READ:
        return AmbiguousError(f"{text}; it may have been carried out")
    return TransientError(text)


def refused(
    tracker: str, call: Call, status: int, detail: str, retry_after: float | None
) -> TrackerError:
    """The error for an answer other than 2xx."""
    text = f"{tracker}: {call} answered {status}" + (f": {detail}" if detail else "")
    if status in _TRANSIENT:
        return TransientError(text, retry_after=retry_after)
    if status in _SERVER_ERRORS:
        if call.effect is Effect.ADD:
            return AmbiguousError(text, retry_after=retry_after)
        return TransientError(text, retry_after=retry_after)
    if status in _FORBIDDEN:
        is_unknown = status == _UNAUTHENTICATED
        return UnauthenticatedError(text) if is_unknown else ForbiddenError(text)
    if status in _GONE:
        return GoneError(text)
    return RefusedError(text, status=status)


def unreadable(tracker: str, call: Call, exc: ValidationError) -> TrackerError:
    """The error for a 2xx whose body is not what was expected.

    A write was carried out all the same, so it is ambiguous. A read is transient when
    its body is no JSON (cut short, or a proxy's page) and permanent when it is JSON of
    another shape: asking again would bring the same.
    """
    first = exc.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    is_json = first["type"] != "json_invalid"
    what = f"{place}: {first['msg']}" if is_json and place else first["msg"]
    text = f"{tracker}: {call} answered something unexpected: {what}"
    if call.effect is not Effect.READ:
        return AmbiguousError(text)
    return PermanentError(text) if is_json else TransientError(text)


def too_large(tracker: str, call: Call, limit: int) -> TrackerError:
    """The error for an answer that is larger than we take."""
    text = f"{tracker}: {call} answered with more than {limit} bytes"
    return PermanentError(text) if call.effect is Effect.READ else AmbiguousError(text)

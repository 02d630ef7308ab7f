"""Hears what a tracker says of its rate limits and remembers what has to wait."""

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from bridge.ports.trackers import RateBudget
from bridge.transport.calls import Call

LONGEST_WAIT = 3600.0
"""Seconds; a tracker that asks for more is asked again after an hour."""

EPOCH = 1e9
"""From here on a number is no span but a moment, in seconds since 1970: some proxies
write the reset so. No span of thirty years is meant."""

MOST_CALLS = 2.0**53
"""A limit above this counts as this: JSON knows no larger whole numbers."""

ENDPOINTS = 500
"""How many endpoints are remembered with their bucket; the oldest are forgotten."""

_TOO_MANY = 429
_NAME = "X-RateLimit-Name"
_VERSION = re.compile(r"v\d+")
_DIGIT = re.compile(r"\d")

_Endpoint = tuple[str, str]


class RateMemory:
    """The buckets last heard of, by name, what draws on them, and what is held.

    A call is held by its own bucket: the one that its endpoint last answered with. An
    endpoint that has not named one yet is held only by a 429 that named none either,
    which holds everything.
    """

    def __init__(self) -> None:
        self._buckets: dict[str, RateBudget] = {}
        self._bucket_of: dict[_Endpoint, str] = {}
        self._held_until: dict[str, datetime] = {}
        self._all_held_until: datetime | None = None

    def hear(
        self, call: Call, status: int, headers: Mapping[str, str], now: datetime
    ) -> None:
        """Take in what one answer said; header names in any letter case."""
        named = headers.get(_NAME)
        budget = _budget_in(headers, now)
        bucket = named or ""
        if named or budget is not None:
            self._remember(_endpoint(call), bucket)
        if budget is not None:
            self._buckets[bucket] = budget
            if budget.remaining == 0:
                self._hold(bucket, budget.resets_at)
        if status == _TOO_MANY:
            until = now + timedelta(seconds=told_wait(status, headers, now) or 0)
            if named:
                self._hold(bucket, until)
            else:
                self._all_held_until = max(until, self._all_held_until or until)

    def budget(self, now: datetime) -> RateBudget | None:
        """The bucket with the least left among those that have not been reset."""
        self._buckets = {
            name: bucket
            for name, bucket in self._buckets.items()
            if bucket.resets_at > now
        }
        return min(
            self._buckets.values(),
            key=lambda bucket: bucket.remaining / max(1, bucket.limit),
            default=None,
        )

    def wait(self, call: Call, now: datetime) -> float:
        """Seconds for which *call* may not be sent; 0 when it may go out."""
        if not self._held_until and self._all_held_until is None:
            return 0.0
        bucket = self._bucket_of.get(_endpoint(call))
        own = None if bucket is None else self._held_until.get(bucket)
        holds = (self._all_held_until, own)
        return max((_left(until, now) for until in holds if until), default=0.0)

    def _remember(self, endpoint: _Endpoint, bucket: str) -> None:
        self._bucket_of.pop(endpoint, None)
        self._bucket_of[endpoint] = bucket
        if len(self._bucket_of) > ENDPOINTS:
            del self._bucket_of[next(iter(self._bucket_of))]

    def _hold(self, bucket: str, until: datetime) -> None:
        self._held_until[bucket] = max(until, self._held_until.get(bucket, until))


def told_wait(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds an answer asks to wait: ``Retry-After``, else on 429 the reset."""
    asked = _seconds(headers.get("Retry-After"), now)
    if asked is None and status == _TOO_MANY:
        asked = _span(headers.get("X-RateLimit-Reset"), now)
    return asked


def _endpoint(call: Call) -> _Endpoint:
    """The method and the path with a star for each id: what limits are made for."""
    segments = call.path.split("/")
    return call.method, "/".join("*" if _is_id(one) else one for one in segments)


def _is_id(segment: str) -> bool:
    return bool(_DIGIT.search(segment)) and not _VERSION.fullmatch(segment)


def _left(until: datetime, now: datetime) -> float:
    return max(0.0, (until - now).total_seconds())


def _budget_in(headers: Mapping[str, str], now: datetime) -> RateBudget | None:
    limit = _number(headers.get("X-RateLimit-Limit"), MOST_CALLS)
    remaining = _number(headers.get("X-RateLimit-Remaining"), MOST_CALLS)
    reset = _span(headers.get("X-RateLimit-Reset"), now)
    if remaining is None or reset is None:
        return None
    return RateBudget(
        limit=int(limit if limit is not None else remaining),
        remaining=int(remaining),
        resets_at=now + timedelta(seconds=reset),
    )


def _seconds(text: str | None, now: datetime) -> float | None:
    span = _span(text, now)
    if span is not None or text is None:
        return span
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=now.tzinfo)
    return min(LONGEST_WAIT, _left(until, now))


def _span(text: str | None, now: datetime) -> float | None:
    """The seconds from *now* that a number stands for, the longest wait at most."""
    number = _number(text)
    if number is not None and number >= EPOCH:
        number = max(0.0, number - now.timestamp())
    return None if number is None else min(number, LONGEST_WAIT)


def _number(text: str | None, most: float = math.inf) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    if not math.isfinite(number) or number < 0:
        return None
    return min(number, most)

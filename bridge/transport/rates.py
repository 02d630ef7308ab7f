"""Hears what a tracker says of its rate limit and remembers whether to wait."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from bridge.ports.trackers import RateBudget

LONGEST_WAIT = 24 * 3600.0
"""Seconds; a tracker that asks for more is asked again after a day."""

_TOO_MANY = 429


class RateMemory:
    """The buckets last heard of, by name, and until when nothing may be sent."""

    def __init__(self) -> None:
        self._buckets: dict[str, RateBudget] = {}
        self._held_until: datetime | None = None

    def hear(self, status: int, headers: Mapping[str, str], now: datetime) -> None:
        """Take in what one answer said; header names in any letter case."""
        budget = _budget_in(headers, now)
        if budget is not None:
            self._buckets[headers.get("X-RateLimit-Name", "")] = budget
            if budget.remaining == 0:
                self._hold(budget.resets_at)
        if status == _TOO_MANY:
            wait = told_wait(status, headers, now)
            self._hold(now + timedelta(seconds=wait or 0))

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

    def wait(self, now: datetime) -> float:
        """Seconds for which nothing may be sent; 0 when calls may go out."""
        if self._held_until is None:
            return 0.0
        return max(0.0, (self._held_until - now).total_seconds())

    def _hold(self, until: datetime) -> None:
        self._held_until = max(until, self._held_until or until)


def told_wait(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds an answer asks to wait: ``Retry-After``, else on 429 the reset."""
    asked = _seconds(headers.get("Retry-After"), now)
    if asked is None and status == _TOO_MANY:
        asked = _number(headers.get("X-RateLimit-Reset"))
    return asked


def _budget_in(headers: Mapping[str, str], now: datetime) -> RateBudget | None:
    limit = _number(headers.get("X-RateLimit-Limit"))
    remaining = _number(headers.get("X-RateLimit-Remaining"))
    reset = _number(headers.get("X-RateLimit-Reset"))
    if remaining is None or reset is None:
        return None
    return RateBudget(
        limit=int(limit if limit is not None else remaining),
        remaining=int(remaining),
        resets_at=now + timedelta(seconds=reset),
    )


def _seconds(text: str | None, now: datetime) -> float | None:
    number = _number(text)
    if number is not None or text is None:
        return number
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=now.tzinfo)
    return min(LONGEST_WAIT, max(0.0, (until - now).total_seconds()))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    if not math.isfinite(number) or number < 0:
        return None
    return min(number, LONGEST_WAIT)

"""The rate limit: a budget of requests for each period, told in every answer."""

from collections.abc import Callable
from math import ceil


class Budget:
    """A fixed window; *now* tells seconds. Very wide unless a test narrows it."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        limit: int = 100_000,
        period: int = 60,
        name: str = "sandbox",
    ) -> None:
        self._now = now
        self.limit = limit
        self.period = period
        self.name = name
        self._used = 0
        self._ends = now() + period

    def spend(self) -> bool:
        """Count one request; False when the budget of this period was used up."""
        if self._now() >= self._ends:
            self._used, self._ends = 0, self._now() + self.period
        if self._used >= self.limit:
            return False
        self._used += 1
        return True

    def headers(self) -> dict[str, str]:
        """What Datadog's answers say of the budget."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Period": str(self.period),
            "X-RateLimit-Remaining": str(self.limit - self._used),
            "X-RateLimit-Reset": str(max(0, ceil(self._ends - self._now()))),
            "X-RateLimit-Name": self.name,
        }

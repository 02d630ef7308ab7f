"""How often somebody may guess the token: a few times a minute."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from bridge.ports.clock import Clock

AT_ONCE: Final = 10
"""Wrong tokens from one address in a minute."""

ALTOGETHER: Final = 100
"""Wrong tokens from all addresses in a minute."""

_MINUTE: Final = timedelta(minutes=1)


class Guesses:
    """Remembers wrong tokens for a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: deque[tuple[datetime, str]] = deque(maxlen=ALTOGETHER)

    def note(self, peer: str) -> None:
        """*peer* gave a wrong one."""
        self._wrong.append((self._clock.now(), peer))

    def wait(self, peer: str) -> int:
        """Seconds until *peer* may try again, 0 when it may."""
        now = self._clock.now()
        while self._wrong and now - self._wrong[0][0] >= _MINUTE:
            self._wrong.popleft()
        its = [at for at, who in self._wrong if who == peer]
        if len(its) >= AT_ONCE:
            return _left(its[-AT_ONCE], now)
        if len(self._wrong) >= ALTOGETHER:
            return _left(self._wrong[0][0], now)
        return 0


def _left(at: datetime, now: datetime) -> int:
    return int((at + _MINUTE - now).total_seconds()) + 1

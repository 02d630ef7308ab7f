"""Ids that sort by age, for events, passes and dead letters."""

import itertools
import secrets
from collections.abc import Callable

from bridge.ports.clock import Clock

NewId = Callable[[], str]

FORM = r"[0-9a-f]{26}"
"""What every id looks like, as a regular expression."""


def sortable_ids(clock: Clock) -> NewId:
    """A maker of ids: microseconds, a counter and a random part, in hexadecimal."""
    counter = itertools.count()

    def new_id() -> str:
        micros = int(clock.now().timestamp() * 1_000_000)
        return f"{micros:014x}{next(counter) & 0xFFFF:04x}{secrets.token_hex(4)}"

    return new_id

"""Whether somebody waits for what is being done, or the timer merely looks around."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_in_passing: ContextVar[bool] = ContextVar("in_passing", default=False)


def is_in_passing() -> bool:
    """True where nobody waits for what the running task does."""
    return _in_passing.get()


@contextmanager
def in_passing() -> Iterator[None]:
    """Nobody waits for what is done while the context lasts: others go first."""
    before = _in_passing.set(True)
    try:
        yield
    finally:
        _in_passing.reset(before)

"""Many values, as few at a time as one statement takes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

_IN_ONE_STATEMENT = 500


def portions(values: Iterable[T]) -> Iterator[list[T]]:
    """*values* in lists short enough for one statement."""
    rest = iter(values)
    while some := list(islice(rest, _IN_ONE_STATEMENT)):
        yield some

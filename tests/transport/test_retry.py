"""The wait before the next try."""

import random
from datetime import timedelta

import pytest

from bridge.transport.retry import backoff

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("attempt", "least"), [(0, 1), (1, 1), (2, 2), (5, 16), (20, 300), (100_000, 300)]
)
def test_the_wait_doubles_up_to_the_longest_with_jitter_on_top(
    attempt: int, least: float
) -> None:
    waits = {
        backoff(attempt, FIRST, LONGEST, random.Random(seed)).total_seconds()
        for seed in range(50)
    }

    assert len(waits) > 40
    assert all(least <= wait <= least * 1.25 for wait in waits)


def test_the_same_dice_give_the_same_wait() -> None:
    once = backoff(3, FIRST, LONGEST, random.Random(7))

    assert backoff(3, FIRST, LONGEST, random.Random(7)) == once

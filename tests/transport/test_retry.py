"""The wait before the next try, and what is tried again at once."""

import random
from datetime import timedelta

import pytest

from bridge.transport.calls import Call, Effect
from bridge.transport.retry import (
    FURTHER_TRIES,
    MOST_TRIES_LEFT,
    PASSING,
    FurtherTries,
    backoff,
)

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


READ = Call(Effect.READ, "GET", "/thing")
SHORT = timedelta(seconds=2)


def further() -> FurtherTries:
    return FurtherTries(SHORT, random.Random(1))


@pytest.mark.parametrize("status", sorted(PASSING))
def test_a_read_is_made_again_soon_and_not_for_ever(status: int) -> None:
    tries = further()

    pauses = [tries.pause(READ, status, None, n) for n in (1, 2, 3)]

    assert [pause is None for pause in pauses] == [False, False, True]
    assert all(timedelta() < pause < SHORT for pause in pauses[:FURTHER_TRIES] if pause)


@pytest.mark.parametrize("effect", [Effect.ADD, Effect.SET])
def test_a_write_is_never_made_again(effect: Effect) -> None:
    assert further().pause(Call(effect, "POST", "/thing"), 503, None, 1) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 501])
def test_what_would_be_answered_alike_is_not_asked_again(status: int) -> None:
    assert further().pause(READ, status, None, 1) is None


@pytest.mark.parametrize(("told", "is_soon"), [(1.5, True), (2.0, True), (2.5, False)])
def test_only_a_short_wait_is_waited_for(told: float, is_soon: bool) -> None:
    pause = further().pause(READ, 429, told, 1)

    assert (pause is not None) == is_soon
    assert pause is None or pause >= timedelta(seconds=told)


def test_a_tracker_that_is_down_is_not_asked_three_times_as_much() -> None:
    tries = further()

    again = sum(tries.pause(READ, 503, None, 1) is not None for _ in range(1000))
    assert again == MOST_TRIES_LEFT

    for _ in range(10):
        tries.earn()
    again = sum(tries.pause(READ, 503, None, 1) is not None for _ in range(1000))
    assert again == 2

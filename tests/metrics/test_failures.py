"""A step that an error left has its result from the error, in one word."""

import asyncio

import pytest

from bridge.ports import errors
from bridge.ports.measuring import failure_of
from bridge.ports.sharing import LeaseLost


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (errors.GoneError("x"), "gone"),
        (errors.ForbiddenError("x"), "forbidden"),
        (errors.PermanentError("x"), "refused"),
        (errors.TransientError("x"), "failed"),
        (errors.AmbiguousError("x"), "failed"),
        (errors.BadCredentials("x"), "unauthenticated"),
        (errors.MalformedDelivery("x"), "malformed"),
        (errors.UnknownTracker("x"), "unknown-tracker"),
        (errors.StoreUnavailable("x"), "store-unavailable"),
        (LeaseLost("x"), "lease-lost"),
        (RuntimeError("x"), "fault"),
        (asyncio.CancelledError(), "cancelled"),
    ],
    ids=repr,
)
def test_an_error_has_a_word(error: BaseException, word: str) -> None:
    assert failure_of(error) == word

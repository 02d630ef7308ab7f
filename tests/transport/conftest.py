"""A client of the tracker ``cases`` at an address that only respx answers."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bridge.ports.clock import Clock
from bridge.transport.client import TrackerHttp
from tests.clocks import StoppedClock

BASE_URL = "https://api.tracker.test"
SECRET = "s3cr3t-key"
HIDDEN = "s3cr3t-key-of-a-webhook"


def client_of(
    base_url: str, clock: Clock, *, timeout: float = 5, patience: float = 5
) -> TrackerHttp:
    return TrackerHttp(
        "cases",
        base_url,
        headers={"X-Key": SecretStr(SECRET)},
        timeout=timedelta(seconds=timeout),
        concurrency=4,
        clock=clock,
        answer_limit=1000,
        slot_patience=timedelta(seconds=patience),
        hidden=[SecretStr(HIDDEN)],
    )


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def http(clock: StoppedClock) -> AsyncIterator[TrackerHttp]:
    async with client_of(BASE_URL, clock) as client:
        yield client

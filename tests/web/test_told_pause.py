"""What the API answers while a tracker asks to wait."""

import httpx
import pytest

from bridge.ports.errors import TransientError
from tests.web.fakes import PaperDesk

LINK = {"issue": "errors:1", "case": "cases:1"}


@pytest.mark.parametrize(("asked", "told"), [(39.2, 40), (0.0, 1), (60, 60)])
async def test_a_tracker_that_asks_to_wait_is_told_with_the_time(
    client: httpx.AsyncClient, desk: PaperDesk, asked: float, told: int
) -> None:
    desk.fails_with = TransientError("cases: 429", retry_after=asked)
    answer = await client.post("/api/v1/links", json=LINK)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == str(told)
    assert answer.json()["detail"] == "cases: 429"
    assert answer.json()["retry_after"] == told

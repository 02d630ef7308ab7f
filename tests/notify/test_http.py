"""Sending to a receiver that may be slow, away or hostile."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import httpx
import pytest
import respx
from pydantic import SecretStr

from bridge.notify.http import HttpReceiver
from bridge.notify.slack import slack
from bridge.ports.notifying import NotDelivered
from tests.clocks import StoppedClock
from tests.notify.samples import BEGUN

URL = "https://hooks.chat.test/services/T0/canary-path?key=canary-key"


@pytest.fixture
async def receiver() -> AsyncIterator[HttpReceiver]:
    async with HttpReceiver(
        "chat",
        "slack",
        SecretStr(URL),
        slack,
        causes=frozenset(),
        clock=StoppedClock(),
        timeout=timedelta(milliseconds=200),
    ) as made:
        yield made


async def test_a_notice_is_posted_as_json(
    receiver: HttpReceiver, vendor: respx.MockRouter
) -> None:
    route = vendor.post(URL).respond(200, text="ok")

    await receiver.tell(BEGUN)

    sent = route.calls.last.request
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.content == slack(BEGUN, StoppedClock().now()).body


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500])
async def test_any_other_answer_is_no_delivery(
    receiver: HttpReceiver, vendor: respx.MockRouter, status: int
) -> None:
    elsewhere = {"Location": "https://elsewhere.test/"}
    vendor.post(URL).respond(status, headers=elsewhere, text=URL)

    with pytest.raises(NotDelivered) as told:
        await receiver.tell(BEGUN)

    assert str(told.value) == f"hooks.chat.test: answered {status}"
    assert len(vendor.calls) == 1


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError(f"cannot reach {URL}"),
        httpx.ReadTimeout(f"nothing from {URL}"),
        aiohttp.ServerDisconnectedError(URL),
        OSError(URL),
        httpx.InvalidURL(URL),
        UnicodeError(URL),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_no_error_tells_more_than_the_host(
    receiver: HttpReceiver, vendor: respx.MockRouter, error: Exception
) -> None:
    vendor.post(URL).mock(side_effect=error)

    with pytest.raises(NotDelivered, match=r"^hooks\.chat\.test: no answer") as told:
        await receiver.tell(BEGUN)

    assert "canary" not in str(told.value)
    assert told.value.__cause__ is None
    assert "canary" not in repr(receiver)


async def test_a_receiver_that_hangs_is_given_up_in_time(
    receiver: HttpReceiver, vendor: respx.MockRouter
) -> None:
    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    vendor.post(URL).mock(side_effect=hang)

    with pytest.raises(NotDelivered, match="no answer within"):
        async with asyncio.timeout(30):
            await receiver.tell(BEGUN)

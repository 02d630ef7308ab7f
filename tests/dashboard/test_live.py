"""The stream that tells pages of news: when it speaks, and that it ends."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from bridge.dashboard import live
from bridge.ports.clock import SystemClock
from tests.dashboard.knocking import Knocker, application, knocking
from tests.dashboard.paper import STATUS, PaperBoard

PATIENCE = 30.0


@pytest_asyncio.fixture
async def open_door() -> AsyncIterator[Knocker]:
    """Before a dashboard without a token whose time passes."""
    board = PaperBoard()
    async with knocking(application(board, SystemClock(), None), board) as made:
        yield made


async def heard(answer: httpx.Response, what: str) -> None:
    """Return once the stream has told *what*."""
    async with asyncio.timeout(PATIENCE):
        async for line in answer.aiter_lines():
            if line == f"event: {what}":
                return
    raise AssertionError(f"the stream ended without {what}")


async def test_who_looks_on_is_told_when_there_is_something_new(
    open_door: Knocker,
) -> None:
    client, board = open_door.client, open_door.board
    async with client.stream("GET", "/live") as first:
        assert first.headers["Content-Type"].startswith("text/event-stream")
        await heard(first, "news")
        async with client.stream("GET", "/live") as second:
            board.told = {**STATUS, "dead": 1}
            await heard(second, "news")


async def test_a_quiet_bridge_makes_pages_refresh_now_and_then(
    open_door: Knocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEATS", 1)
    async with open_door.client.stream("GET", "/live") as stream:
        await heard(stream, "beat")


async def test_there_are_only_so_many_streams(
    open_door: Knocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 1)
    async with open_door.client.stream("GET", "/live"):
        assert (await open_door.client.get("/live")).status_code == 503


async def test_streams_end_with_the_server() -> None:
    board = PaperBoard()
    told = asyncio.Event()

    async def listen(client: httpx.AsyncClient) -> None:
        async with client.stream("GET", "/live") as stream:
            async for _ in stream.aiter_lines():
                told.set()

    async with knocking(application(board, SystemClock(), None), board) as open_door:
        client = httpx.AsyncClient(base_url=open_door.client.base_url, trust_env=False)
        listening = asyncio.create_task(listen(client))
        await asyncio.wait_for(told.wait(), PATIENCE)
    async with asyncio.timeout(5):
        await listening
    await client.aclose()

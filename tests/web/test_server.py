"""What is sent to a port that a well-behaved client would not send."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from bridge import web
from tests.web.fakes import SECRET, PaperDesk, PaperIntake

HEAD = (
    b"POST /hooks/cases HTTP/1.1\r\nHost: localhost\r\n"
    b"Authorization: Bearer " + SECRET.encode() + b"\r\n"
)


@asynccontextmanager
async def connected(
    url: str,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    port = urlsplit(url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    return int(head.split()[1]), head


async def sent(url: str, data: bytes) -> tuple[int, bytes]:
    async with connected(url) as (reader, writer):
        writer.write(data)
        return await answer_of(reader)


async def test_a_chunked_body_is_read(url: str, intake: PaperIntake) -> None:
    data = HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    assert (await sent(url, data))[0] == 202
    assert intake.bodies == [b"{}"]


async def test_a_chunked_body_without_end_is_refused_while_it_is_sent(
    url: str, intake: PaperIntake
) -> None:
    async with connected(url) as (reader, writer):
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        writer.write((b"400\r\n" + b"x" * 1024 + b"\r\n") * 3)
        status, head = await answer_of(reader)

    assert status == 413
    assert b"connection: close" in head.lower()
    assert intake.bodies == []


async def test_a_large_body_is_refused_before_it_is_sent(url: str) -> None:
    assert (await sent(url, HEAD + b"Content-Length: 3000000\r\n\r\n"))[0] == 413


async def test_a_body_that_does_not_come_is_not_waited_for(url: str) -> None:
    status, head = await sent(url, HEAD + b"Content-Length: 10\r\n\r\n{")
    assert status == 408
    assert b"connection: close" in head.lower()


async def test_a_body_cut_off_is_not_taken_in(url: str, intake: PaperIntake) -> None:
    async with connected(url) as (reader, writer):
        writer.write(HEAD + b"Content-Length: 10\r\n\r\n{")
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 5)
    assert intake.bodies == []


@pytest.mark.parametrize(
    "data",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 20000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: 1\r\n" * 200 + b"\r\n",
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    ],
    ids=["words", "tls", "name", "long header", "many headers", "long line", "both"],
)
async def test_what_is_not_http_is_refused_quietly(url: str, data: bytes) -> None:
    async with connected(url) as (reader, writer):
        writer.write(data)
        status, head = await answer_of(reader)
        rest = await asyncio.wait_for(reader.read(), 5)

    assert status == 400
    assert b"application/problem+json" in head
    assert b"Server: bridge\r\n" in head
    assert b"aiohttp" not in head.lower()
    assert json.loads(rest)["detail"] == "not a request that can be read"


async def test_a_badly_framed_chunk_is_refused(url: str, intake: PaperIntake) -> None:
    data = HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
    assert (await sent(url, data))[0] == 400
    assert intake.bodies == []


@pytest.mark.parametrize("path", [b"/api/v1/status", b"/nothing"])
async def test_no_expectation_but_to_continue_is_met(url: str, path: bytes) -> None:
    request = b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n"
    async with connected(url) as (reader, writer):
        writer.write(request + b"Connection: close\r\nExpect: sent-canary\r\n\r\n")
        status, head = await answer_of(reader)
        rest = await asyncio.wait_for(reader.read(), 5)

    assert status == 417
    assert b"application/problem+json" in head
    assert b"Server: bridge\r\n" in head
    assert json.loads(rest)["detail"] == "the header Expect can only be 100-continue"
    assert b"sent-canary" not in head + rest


async def test_a_client_that_asks_first_is_told_to_go_on(
    url: str, intake: PaperIntake
) -> None:
    async with connected(url) as (reader, writer):
        writer.write(HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert (await answer_of(reader))[0] == 100
        writer.write(b"{}")
        assert (await answer_of(reader))[0] == 202
    assert intake.bodies == [b"{}"]


async def test_a_connection_serves_several_requests(url: str) -> None:
    async with connected(url) as (reader, writer):
        for _ in range(2):
            writer.write(HEAD + b"Content-Length: 2\r\n\r\n{}")
            status, _head = await answer_of(reader)
            assert status == 202
            await reader.readexactly(len(b'{"delivery":"d0"}'))


async def test_a_request_under_way_is_finished_at_the_end() -> None:
    class SlowDesk(PaperDesk):
        started = asyncio.Event()
        goes_on = asyncio.Event()

        async def status(self) -> dict[str, object]:
            self.started.set()
            await self.goes_on.wait()
            return {"settled": True}

    desk = SlowDesk()

    async def readiness() -> list[str]:
        return []

    app = web.build(PaperIntake(), desk, readiness=readiness)
    async with web.listening(app, host="127.0.0.1", port=0) as url:
        asking = asyncio.create_task(
            sent(url, b"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n")
        )
        await desk.started.wait()
        asyncio.get_running_loop().call_soon(desk.goes_on.set)

    assert (await asking)[0] == 200


async def test_a_port_that_is_taken_is_an_error(url: str) -> None:
    async def readiness() -> list[str]:
        return []

    app = web.build(PaperIntake(), PaperDesk(), readiness=readiness)
    port = urlsplit(url).port or 0
    with pytest.raises(OSError, match="address already in use"):
        async with web.listening(app, host="127.0.0.1", port=port):
            pass

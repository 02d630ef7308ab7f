"""Connections that are refused, cut, slow or lost, against a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bridge.ports.errors import AmbiguousError, TrackerError, TransientError
from bridge.transport.calls import Call, Effect
from tests.clocks import StoppedClock
from tests.transport.conftest import client_of

READ = Call(Effect.READ, "GET", "/thing")
SET = Call(Effect.SET, "PUT", "/thing", body={"a": 1})
ADD = Call(Effect.ADD, "POST", "/thing", body={"a": 1})

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(talk: Conversation) -> AsyncIterator[str]:
    async def close_after(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(close_after, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def cut_the_body(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()


async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"this is no HTTP\r\n\r\n")
    await writer.drain()


async def say_nothing(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.read()


async def failure_of(url: str, call: Call, *, within: float = 5) -> TrackerError:
    async with client_of(url, StoppedClock(), timeout=within) as http:
        with pytest.raises(TrackerError) as caught:
            await http.send(call)
    return caught.value


@pytest.mark.parametrize("talk", [hang_up, cut_the_body, babble])
@pytest.mark.parametrize("call", [READ, SET, ADD], ids=str)
async def test_a_connection_that_breaks_after_sending_leaves_a_write_in_doubt(
    talk: Conversation, call: Call
) -> None:
    async with server(talk) as url:
        failure = await failure_of(url, call)

    assert type(failure) is (TransientError if call is READ else AmbiguousError)


@pytest.mark.parametrize("call", [READ, SET, ADD], ids=str)
async def test_no_answer_in_time_leaves_a_write_in_doubt(call: Call) -> None:
    async with server(say_nothing) as url:
        failure = await failure_of(url, call, within=0.1)

    assert type(failure) is (TransientError if call is READ else AmbiguousError)
    assert "got no answer" in str(failure)


@pytest.mark.parametrize("call", [READ, SET, ADD], ids=str)
async def test_a_refused_connection_leaves_no_doubt(call: Call) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        failure = await failure_of(f"http://127.0.0.1:{port}", call)

    assert type(failure) is TransientError


async def test_a_read_is_tried_a_second_time_and_a_write_is_not() -> None:
    heard: list[bytes] = []

    async def answer_the_second(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        heard.append(request.split()[0])
        if heard.count(heard[-1]) == 2:
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()

    async with (
        server(answer_the_second) as url,
        client_of(url, StoppedClock()) as http,
    ):
        await http.send(READ)
        with pytest.raises(AmbiguousError):
            await http.send(ADD)

    assert heard == [b"GET", b"GET", b"POST"]


@pytest.mark.parametrize("call", [SET, Call(Effect.SET, "DELETE", "/thing")], ids=str)
async def test_a_write_over_a_broken_kept_connection_is_not_repeated(
    call: Call,
) -> None:
    heard: list[bytes] = []

    async def hang_up_on_the_second(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        for _ in range(2):
            heard.append((await reader.readuntil(b"\r\n\r\n")).split()[0])
            if heard[-1] != b"GET":
                return
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            await writer.drain()

    async with (
        server(hang_up_on_the_second) as url,
        client_of(url, StoppedClock()) as http,
    ):
        await http.send(READ)
        with pytest.raises(AmbiguousError):
            await http.send(call)

    assert heard == [b"GET", call.method.encode()]


async def test_no_more_calls_run_at_once_than_allowed() -> None:
    running = 0
    most = 0
    filled = asyncio.Event()

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal running, most
        await reader.readuntil(b"\r\n\r\n")
        running += 1
        most = max(most, running)
        if running == 4:
            filled.set()
        await filled.wait()
        running -= 1
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()

    async with server(count) as url, client_of(url, StoppedClock()) as http:
        await asyncio.gather(*(http.send(READ) for _ in range(12)))

    assert most == 4

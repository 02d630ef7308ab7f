"""A write whose fence runs out while its connection is made never leaves."""

import asyncio

import pytest

from bridge.ports.records import Key
from bridge.ports.sharing import Fence, LeaseLost, ReplicaId, working_under
from bridge.transport.calls import Call, Effect
from tests.clocks import StoppedClock
from tests.transport.conftest import client_of
from tests.transport.test_connections import server

READ = Call(Effect.READ, "GET", "/thing")
WRITES = [
    Call(Effect.SET, "PUT", "/thing", body={"a": 1}),
    Call(Effect.SET, "PATCH", "/thing", body={"a": 1}),
    Call(Effect.ADD, "POST", "/thing", body={"a": 1}),
    Call(Effect.SET, "DELETE", "/thing"),
]


class Heard:
    """What arrived at a server that answers everything."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.connections = 0

    async def talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            self.requests.append(head.partition(b" ")[0])
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


class RunsOut:
    """A fence that is in force until the server has taken the connection."""

    fence = Fence(Key("cases:1"), 1, ReplicaId("one"))

    def __init__(self, *, is_lost: bool) -> None:
        self._is_lost = is_lost

    def check_time(self) -> None:
        if self._is_lost:
            raise LeaseLost("for too long")

    async def check(self) -> None:
        return


@pytest.mark.parametrize("call", WRITES, ids=lambda call: call.method)
async def test_a_write_under_a_lost_fence_is_not_sent(call: Call) -> None:
    heard = Heard()
    async with server(heard.talk) as url, client_of(url, StoppedClock()) as client:
        with working_under(RunsOut(is_lost=True)):
            for _ in range(3):
                with pytest.raises(LeaseLost):
                    await client.send(call)
        with working_under(RunsOut(is_lost=True)):
            await client.send(READ)
        with working_under(RunsOut(is_lost=False)):
            await client.send(READ)

    assert heard.requests == [b"GET", b"GET"]
    assert heard.connections == 1

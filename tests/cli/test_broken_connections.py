"""Commands beside a bridge whose connections break before they have their answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from click.testing import Result

from bridge import web
from bridge.cli import asking_again
from bridge.ports.idempotency import KeptAnswer, KeyClaim, KeyInUse
from bridge.web.idempotency import HEADER
from tests.cli.conftest import Run
from tests.web.fakes import PaperDesk, PaperIntake

Behind = Callable[..., Awaitable[Result]]

LINK = ("link", "errors:1", "cases:1")


class Wire:
    """Carries requests to a server, and loses the answers of the first ones that
    begin with *loses*; *is_cut* refuses every connection after those."""

    def __init__(self) -> None:
        self.port = 0
        self.loses = b"POST"
        self.left = 1
        self.is_hasty = False
        self.is_cut = False
        self.asked: list[bytes] = []
        self.server: asyncio.Server | None = None

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One connection, request by request."""
        there, to_server = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            while request := await message(reader):
                self.asked.append(request)
                to_server.write(request)
                is_lost = self.left > 0 and request.startswith(self.loses)
                if is_lost and self.is_hasty:
                    self.left -= 1
                    return
                answer = await message(there)
                if is_lost:
                    self.left -= 1
                    if self.is_cut and self.server:
                        self.server.close()
                    return
                writer.write(answer)
        finally:
            for each in (writer, to_server):
                each.close()
                await each.wait_closed()


async def message(reader: asyncio.StreamReader) -> bytes:
    """The bytes of a request or an answer; none at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    lines = head.lower().split(b"\r\n")
    lengths = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
    return head + await reader.readexactly(sum(lengths))


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def behind(
    run: Run, far: PaperDesk, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Behind]:
    """Runs a command beside a server that is reached through the wire."""
    for wait in ("FIRST_WAIT", "LONGEST_WAIT"):
        monkeypatch.setattr(asking_again, wait, 0.001)

    async def readiness() -> list[str]:
        return []

    app = web.build(PaperIntake(), far, readiness=readiness)
    async with web.listening(app, host="127.0.0.1", port=0) as url:
        wire.port = int(url.rpartition(":")[2])
        async with await asyncio.start_server(wire.carry, "127.0.0.1", 0) as server:
            wire.server = server
            port = str(server.sockets[0].getsockname()[1])

            def invoke(*arguments: str) -> Awaitable[Result]:
                environ = {"BRIDGE__SERVER__PORT": port}
                return asyncio.to_thread(run, *arguments, env=environ)

            yield invoke


async def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_done_twice(
    behind: Behind, wire: Wire, far: PaperDesk
) -> None:
    wire.left = 2
    result = await behind(*LINK)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "errors:1 belongs to cases:1 now.\n"
    assert far.linked == {"errors:1": "cases:1"}
    assert len(wire.asked) == 3
    assert len(set(wire.asked)) == len(far.keys.claims) == 1
    assert f"\r\n{HEADER}: ".lower().encode() in wire.asked[0].lower()


async def test_a_request_still_at_work_is_waited_for(
    behind: Behind, wire: Wire, far: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_again = asyncio.Event()
    begin, link = far.keys.begin, far.link

    async def begun(key: str, request: str) -> KeyClaim | KeptAnswer | KeyInUse:
        claim = await begin(key, request)
        if claim is KeyInUse.NOW:
            asked_again.set()
        return claim

    async def linked(issue: str, case: str) -> dict[str, Any]:
        await asked_again.wait()
        return await link(issue, case)

    monkeypatch.setattr(far.keys, "begin", begun)
    monkeypatch.setattr(far, "link", linked)
    wire.is_hasty = True
    result = await behind(*LINK)

    assert asked_again.is_set()
    assert (result.exit_code, result.stderr) == (0, "")


async def test_every_invocation_has_a_key_of_its_own(
    behind: Behind, wire: Wire, far: PaperDesk
) -> None:
    wire.left = 0
    await behind("retry", "1")
    await behind("retry", "1")

    assert len(far.keys.claims) == 2


async def test_what_only_asks_is_asked_again_without_a_key(
    behind: Behind, wire: Wire, far: PaperDesk
) -> None:
    plan = await behind("plan", "cases:1")
    wire.loses, wire.left = b"GET", 1
    status = await behind("status")

    assert plan.exit_code == status.exit_code == 0
    assert len(wire.asked) == 4
    assert far.keys.claims == {}


async def test_a_bridge_that_is_gone_meanwhile_is_not_passed_over(
    behind: Behind,
    wire: Wire,
    near: PaperDesk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking_again, "PATIENCE", 0.05)
    wire.is_cut = True
    result = await behind(*LINK)

    assert result.exit_code == 2
    assert "has not answered since" in result.stderr
    assert near.linked == {}


async def test_detaching_is_not_repeated(
    behind: Behind, wire: Wire, far: PaperDesk
) -> None:
    far.linked = {"errors:1": "cases:1"}
    wire.loses = b"DELETE"
    result = await behind("unlink", "errors:1")

    assert result.exit_code == 2
    assert "no answer" in result.stderr
    assert len(wire.asked) == 2

"""Requests that are framed badly, or that never end, as bytes on the wire."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge import web
from bridge.web import server
from tests.web.fakes import PaperDesk, PaperIntake
from tests.web.test_server import HEAD, connected

SHORT = 0.05

sizes = st.integers(0, 40).map(lambda n: b"%x" % n) | st.sampled_from(
    [b"", b"-1", b"0x2", b"g", b"f" * 30, b"2;x=y", b" 2 ", b"+2"]
)
chunks = st.lists(st.tuples(sizes, st.binary(max_size=40)), max_size=5)
lengths = st.sampled_from(
    [b"-1", b"+2", b"2, 2", b"2\r\nContent-Length: 3", b"1e1", b"", b"9" * 40, b"3"]
)


@pytest.fixture
async def hasty(
    intake: PaperIntake, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """A server that waits for nobody."""
    monkeypatch.setitem(server.LIMITS, "keepalive_timeout", SHORT)
    monkeypatch.setitem(server.LIMITS, "lingering_time", SHORT)

    async def readiness() -> list[str]:
        return []

    app = web.build(intake, PaperDesk(), readiness=readiness, body_timeout=SHORT)
    async with web.listening(app, host="127.0.0.1", port=0) as url:
        yield url


async def told(url: str, data: bytes) -> bytes:
    """All that comes back before the server ends the connection."""
    async with connected(url) as (reader, writer):
        writer.write(data)
        return await asyncio.wait_for(reader.read(), 10)


def statuses(answers: list[bytes]) -> set[int]:
    heads = [one for one in answers if one.startswith(b"HTTP/1.")]
    assert len(heads) == len(answers)
    return {int(head.split()[1]) for head in heads}


async def test_no_framing_is_answered_with_a_fault(hasty: str) -> None:
    chunked = b"Transfer-Encoding: chunked\r\n"

    @given(chunks=chunks, length=lengths, junk=st.binary(min_size=1, max_size=99))
    @settings(
        max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def ask(chunks: list[tuple[bytes, bytes]], length: bytes, junk: bytes) -> None:
        framed = b"".join(b"%s\r\n%s\r\n" % each for each in chunks) + b"0\r\n\r\n"
        lying = b"Content-Length: %s\r\n" % length
        sent = (
            HEAD + chunked + b"\r\n" + framed,
            HEAD + lying + b"\r\n{}",
            HEAD + chunked + lying + b"\r\n" + framed,
            HEAD + b"Transfer-Encoding: %s\r\n\r\n{}" % (length or b"x"),
            b"x" + junk.replace(b"\n", b"") + b" HTTP/1.1\r\n\r\n",
        )

        async def all_at_once() -> list[bytes]:
            return await asyncio.gather(*(told(hasty, data) for data in sent))

        assert statuses(asyncio.run(all_at_once())) <= {202, 400, 404, 405, 408, 413}

    await asyncio.to_thread(ask)


@pytest.mark.parametrize(
    "begun",
    [b"", b"P", HEAD, HEAD + b"Content-Len", b"\r\n" * 20],
    ids=["nothing", "a letter", "no end", "half a header", "empty lines"],
)
async def test_a_request_that_never_begins_is_not_waited_for(
    hasty: str, intake: PaperIntake, begun: bytes
) -> None:
    assert await told(hasty, begun) == b""
    assert intake.bodies == []


async def test_a_head_that_comes_drop_by_drop_does_not_hold_on(hasty: str) -> None:
    async with connected(hasty) as (reader, writer):
        over = asyncio.create_task(reader.read())
        for byte in HEAD * 100:
            if over.done():
                break
            writer.write(bytes([byte]))
            await asyncio.wait({over}, timeout=SHORT / 5)
        assert over.done()
        assert over.exception() is not None or over.result() == b""

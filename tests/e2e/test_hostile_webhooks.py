"""Whatever is sent to the webhooks of a bridge: few answers, little work, no fault."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bridge.trackers.datadog import template
from bridge.trackers.datadog.ids import MOST
from tests.e2e.guarded import SECRETS, Guarded, guarded
from tests.e2e.processes import PATIENCE, until

_together = pytest.mark.xdist_group("hostile webhooks")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), _together]

ALLOWED = {202, 400, 401, 404, 413}
MEBI = 1024**2
SLOWEST = 5.0
"""Seconds on a busy machine, for what takes a few ms on an idle one."""
HOOKS = {name: f"/hooks/{name}" for name in ("errors", "cases")}
FIELDS = (*template.FIELDS, "issue_id", "case_id")
UUID = "0f7b3c52-1111-4222-8333-{:012d}"

odd_text = st.text(alphabet=st.characters(codec=None), max_size=60) | st.sampled_from(
    ["", "$ID", "null", "SHOP-1", "\x00", "\u202e", "\ud800", "é" * 50, UUID.format(1)]
)
odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**320)
    | st.floats()
    | odd_text,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(odd_text, inner, max_size=4)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(FIELDS) | odd_text, odd_values, max_size=9)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """An object of ours with odd values, in odd encodings, cut, spoiled, doubled."""
    text = json.dumps(draw(objects), ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()) and len(text) > 2:
        text = "{" + text[1:-1] + ", " + text[1:-1] + "}"
    encoding = draw(st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-8-sig"]))
    body = text.encode(encoding, errors="surrogatepass")
    match draw(st.sampled_from(["whole", "cut", "spoiled", "pasted"])):
        case "cut":
            return body[: draw(st.integers(0, len(body)))]
        case "spoiled":
            at = draw(st.integers(0, len(body)))
            return body[:at] + draw(st.binary(max_size=6)) + body[at:]
        case "pasted":
            return body.replace(b"\\", b"").replace(b'": "', b'":  "\n"', 1)
    return body


any_body = bodies() | st.binary(max_size=300)


def request(
    path: str, body: bytes, secret: str, *, more: bytes = b"", framing: bytes = b""
) -> bytes:
    """A delivery as bytes on the wire, the connection to be closed behind it."""
    framing = framing or b"Content-Length: %d\r\n" % len(body)
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Authorization: Bearer {secret}\r\n"
    ).encode() + more + framing + b"\r\n" + body  # fmt: skip


async def sent(one: Guarded, data: bytes) -> int | None:
    """The status that *data* is answered with, None where the answer was lost: what
    is sent on to a connection that is closed already resets it."""
    port = one.client.base_url.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(PATIENCE):
            writer.write(data)
            told = await reader.read()
    except ConnectionError:
        return None
    finally:
        writer.close()
    head = told.partition(b"\r\n\r\n")[0]
    assert b"server: bridge" in head.lower(), told[:200]
    return int(head.split()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    """One bridge for all of it, which no timer disturbs."""
    async with guarded(tmp_path_factory.mktemp("hostile"), poll="1h") as made:
        await made.link_all()
        yield made
        log = made.bridge.output
        assert "request.failed" not in log
        assert "connection.failed" not in log


def memory_of(one: Guarded) -> int:
    """The bridge's resident memory, in bytes."""
    assert one.bridge.process
    status = Path(f"/proc/{one.bridge.process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


fuzz = settings(
    max_examples=150,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


async def test_no_body_is_answered_with_a_fault(one: Guarded) -> None:
    @given(body=any_body, tracker=st.sampled_from(sorted(HOOKS)))
    @example(body=b'{"event_id": "\\ud800", "text": "\\udfff"}', tracker="cases")
    @example(body=b'{"issue_id": ' + b"9" * 5000 + b"}", tracker="errors")
    @example(body=b'{"tags": 1e999, "text": -1e-999}', tracker="errors")
    @example(body=b'{"a": NaN}', tracker="errors")
    @example(body=b"\xef\xbb\xbf{}", tracker="errors")
    @example(body=b"", tracker="errors")
    @fuzz
    def ask(body: bytes, tracker: str) -> None:
        data = request(HOOKS[tracker], body, SECRETS[f"{tracker}-hook"])
        status = asyncio.run(sent(one, data))
        assert status in {202, 400}

    await asyncio.to_thread(ask)
    await until(one.is_settled)


async def test_no_header_is_answered_with_a_fault(one: Guarded) -> None:
    token = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)
    value = st.binary(max_size=80).filter(lambda v: not set(v) & set(b"\r\n\x00"))
    known = st.sampled_from(
        ["Authorization", "Content-Type", "Content-Encoding", "Accept", "Cookie"]
    )
    headers = st.lists(st.tuples(token | known, value), max_size=20)
    secrets = st.sampled_from(
        [SECRETS["cases-hook"], SECRETS["guess"], "", "é", "\x7f"]
    )
    paths = st.sampled_from(
        ["/hooks/cases", "/hooks/nobody", "/hooks/%00", "/hooks/%ff"]
    )

    @given(headers=headers, secret=secrets, path=paths)
    @fuzz
    def ask(headers: list[tuple[str, bytes]], secret: str, path: str) -> None:
        more = b"".join(b"%s: %s\r\n" % (n.encode(), v) for n, v in headers)
        data = request(path, b"{}", secret, more=more)
        assert asyncio.run(sent(one, data)) in ALLOWED

    await asyncio.to_thread(ask)


WORST: dict[str, bytes] = {
    "lists in lists": b'{"text": ' + b"[" * (MEBI // 2) + b"]" * (MEBI // 3),
    "closed lists": b'{"text": ' + b"[" * 400_000 + b"]" * 400_000 + b"}",
    "objects": b'{"a":' * 150_000 + b"1" + b"}" * 150_000,
    "many ids": json.dumps({"text": [UUID.format(n) for n in range(20_000)]}).encode(),
    "many keys": json.dumps(
        {"text": " ".join(f"A-{n}" for n in range(1, 90_000))}
    ).encode(),
    "a digit": b'{"issue_id": ' + b"9" * (MEBI - 20) + b"}",
    "percents": b'{"link": "' + b"%41%2d" * 150_000 + b'"}',
    "quotes": b'{"event_id": "' + b'", "' * 200_000 + b'"}',
    "almost ids": b'{"text": "' + b"0f7b3c52-1111-4222-8333-" * 40_000 + b'"}',
    "spaces": b'{"event_id"' + b" " * (MEBI - 100) + b":x}",
    "commas": b"{" + b', "event_id" ' * 75_000 + b"}",
    "escapes": b'{"text": "' + rb"\ud83d\ude00" * 80_000 + b'"}',
    "dollars": b'{"event_type": "' + b"$A" * 400_000 + b'"}',
    "one key often": b'{"text": "a"' + b', "text": "a"' * 75_000 + b"}",
}


@pytest.mark.parametrize("body", WORST.values(), ids=WORST)
@pytest.mark.parametrize("tracker", HOOKS)
async def test_the_worst_body_makes_little_work(
    one: Guarded, body: bytes, tracker: str
) -> None:
    assert len(body) <= MEBI
    await until(one.is_settled)
    asked, began, memory = one.front.requests, monotonic(), memory_of(one)

    status = await sent(one, request(HOOKS[tracker], body, SECRETS[f"{tracker}-hook"]))

    assert monotonic() - began < SLOWEST
    assert status in {202, 400}
    await until(one.is_settled)
    # What names nothing we know is looked for at large: each case, each issue once.
    at_large = 4 * len(one.sandbox.world.cases) + 2 * len(one.sandbox.world.issues)
    assert one.front.requests - asked <= MOST + at_large
    assert memory_of(one) - memory < 64 * MEBI


async def test_a_body_over_the_limit_is_not_read(one: Guarded) -> None:
    good = SECRETS["cases-hook"]
    large = b"Content-Length: 104857600\r\n"
    assert await sent(one, request("/hooks/cases", b"", good, framing=large)) == 413
    whole = b"x" * (MEBI + 1)
    assert await sent(one, request("/hooks/cases", whole, good)) in {413, None}


async def test_a_flood_of_headers_is_refused(one: Guarded) -> None:
    events = (await one.status())["outcomes"]
    for more in (b"A: b\r\n" * 5_000, b"A: " + b"b" * MEBI + b"\r\n", b"A" * MEBI):
        data = request("/hooks/cases", b"{}", SECRETS["cases-hook"], more=more)
        assert await sent(one, data) in {400, None}
    assert await sent(one, request("/hooks/cases", b"{}", SECRETS["guess"])) == 401
    assert (await one.status())["outcomes"] == events


async def test_those_who_are_slow_delay_nobody(one: Guarded) -> None:
    """Two hundred connections that never finish their request: others are answered."""
    port = one.client.base_url.port
    begun = request("/hooks/cases", b"", SECRETS["guess"], framing=b"X: y\r\n")[:-2]
    held: list[Any] = []
    for number in range(200):
        held.append(await asyncio.open_connection("127.0.0.1", port))
        held[-1][1].write(begun if number % 2 else begun[:30])
    try:
        began = monotonic()
        data = request("/hooks/cases", b"{}", SECRETS["cases-hook"])
        assert await sent(one, data) == 202
        assert monotonic() - began < SLOWEST
        assert (await one.client.get("/healthz")).status_code == 200
    finally:
        for _, writer in held:
            writer.close()


async def test_what_is_refused_leaves_nothing(one: Guarded) -> None:
    latest = "/api/v1/events?limit=1"
    before = (await one.ask("GET", latest)).json()["items"]
    for wrong in ("guess", "token", "errors-app", "cases-hook"):
        secret = SECRETS[wrong]
        assert await sent(one, request("/hooks/errors", b"{}", secret)) == 401
    assert (await one.ask("GET", latest)).json()["items"] == before

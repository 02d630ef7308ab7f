"""``check --live`` before receivers of alerts."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web as http
from click.testing import Result

from bridge.notify.webhook import signature
from tests.cli.conftest import Run
from tests.settings.kinds import GOOD

KEY = b"canary-key-of-the-webhook-24"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PATH = "/canary-path"


class Receivers:
    """A pager that checks signatures, and a chat."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.chat_answers = 200

    async def page(self, request: http.Request) -> http.Response:
        body = await request.read()
        ident, at = (request.headers[f"webhook-{n}"] for n in ("id", "timestamp"))
        assert request.headers["webhook-signature"] == signature(KEY, ident, at, body)
        self.told.append(json.loads(body))
        return http.Response(status=204)

    async def chat(self, request: http.Request) -> http.Response:
        self.said.append((await request.json())["text"])
        return http.Response(status=self.chat_answers)


@asynccontextmanager
async def listening(receivers: Receivers) -> AsyncIterator[str]:
    served = http.Application()
    served.router.add_post(f"{PATH}/pager", receivers.page)
    served.router.add_post(f"{PATH}/chat", receivers.chat)
    runner = http.AppRunner(served)
    await runner.setup()
    await http.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}{PATH}"
    finally:
        await runner.cleanup()


@pytest.fixture
def receivers() -> Receivers:
    return Receivers()


NOTIFY = """
[server]
port = 0

[[notify]]
name = "pager"
kind = "webhook"
url = "{url}/pager"
secret = "{secret}"

[[notify]]
name = "chat"
kind = "slack"
url = "{url}/chat"
"""


def configure(url: str) -> None:
    Path("config.toml").write_text(GOOD + NOTIFY.format(url=url, secret=SECRET))


@pytest.fixture
async def check(
    run: Run, receivers: Receivers
) -> AsyncIterator[Callable[..., Awaitable[Result]]]:
    async with listening(receivers) as url:
        configure(url)

        async def checked(*more: str) -> Result:
            result = await asyncio.to_thread(run, "check", *more)
            assert "canary" not in result.output
            return result

        yield checked


def tried(result: Result) -> dict[str, Any]:
    found = json.loads(result.stdout)["live"]
    return {one["receiver"]: one for one in found if one["name"] == "test message"}


async def test_each_receiver_is_sent_a_test_message(
    check: Callable[..., Awaitable[Result]], receivers: Receivers
) -> None:
    result = await check("--live", "--json")

    assert {name: one["good"] for name, one in tried(result).items()} == {
        "pager": True,
        "chat": True,
    }
    assert [one["type"] for one in receivers.told] == ["test"]
    assert receivers.said == [
        "bridge: a test message of `bridge check --live`: nothing is wrong."
    ]


async def test_a_receiver_that_refuses_makes_the_answer_bad(
    check: Callable[..., Awaitable[Result]], receivers: Receivers
) -> None:
    receivers.chat_answers = 410
    told = await check("--live", "--json")
    shown = await check("--live")

    assert told.exit_code == shown.exit_code == 1
    assert tried(told)["chat"] == {
        "tracker": None,
        "receiver": "chat",
        "name": "test message",
        "good": False,
        "text": "127.0.0.1: answered 410",
        "remedy": "mend the receiver, or notify.url and notify.secret of chat",
    }
    (line,) = [line for line in shown.stdout.splitlines() if "answered 410" in line]
    assert line.split() > ["chat", "test", "message", "BAD"]


async def test_nobody_is_told_unless_it_is_wanted(
    check: Callable[..., Awaitable[Result]], receivers: Receivers
) -> None:
    offline = await check("--json")
    quiet = await check("--live", "--no-notify", "--json")
    wrong = await check("--no-notify")

    assert "live" not in json.loads(offline.stdout)
    assert tried(quiet) == {}
    assert (receivers.told, receivers.said) == ([], [])
    assert wrong.exit_code == 2
    assert "--no-notify goes with --live only" in wrong.stderr

"""The bridge as configured tells a receiver, and nobody else its secrets."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bridge import app, logs
from bridge.engine import notifier
from bridge.engine.engine import Engine
from bridge.settings import Settings, load
from tests.e2e.processes import CONFIG, free_port, until

KEY = b"canary-key-of-the-webhook-24"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PATH = "/canary-path"

NOTIFY = """
[[notify]]
name = "pager"
kind = "webhook"
url = "http://127.0.0.1:{port}{path}"
secret = "{secret}"
"""


class Pager:
    """Takes signed notices; refuses all while *is_away*."""

    def __init__(self) -> None:
        self.is_away = False
        self.refused = 0
        self.told: list[dict[str, Any]] = []

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        ident, at = (request.headers[f"webhook-{n}"] for n in ("id", "timestamp"))
        signed = f"{ident}.{at}.".encode() + body
        expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest())
        assert request.headers["webhook-signature"] == f"v1,{expected.decode()}"
        if self.is_away:
            self.refused += 1
            return web.Response(status=503, text=f"{request.url} {SECRET}")
        self.told.append(json.loads(body))
        return web.Response(status=204)

    @property
    def types(self) -> list[str]:
        return [one["type"] for one in self.told]


@asynccontextmanager
async def listening(pager: Pager) -> AsyncIterator[int]:
    served = web.Application()
    served.router.add_post(PATH, pager.take)
    runner = web.AppRunner(served)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield port
    finally:
        await runner.cleanup()


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifier, "TICK", timedelta(milliseconds=20))


@pytest.fixture
def root_log() -> Iterator[None]:
    """The handlers that pytest put there come back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def configured(folder: Path, port: int) -> Settings:
    nobody = f"http://127.0.0.1:{free_port()}"
    store = folder / "bridge.db"
    text = CONFIG.format(port=free_port(), store=store, sandbox=nobody)
    path = folder / "config.toml"
    path.write_text(text + NOTIFY.format(port=port, path=PATH, secret=SECRET))
    return load(path, {})


async def test_a_receiver_is_told_over_a_failure_and_a_restart(
    tmp_path: Path, root_log: None
) -> None:
    pager, out = Pager(), tmp_path / "log"
    shown: list[str] = []
    async with listening(pager) as port:
        settings = configured(tmp_path, port)
        with out.open("w") as stream:
            logs.configure(settings, stream)
            async with app.serving(settings) as (engine, _):
                await is_told_late(engine, pager)
                shown.append(json.dumps(await engine.desk.status()))
            async with app.serving(settings) as (engine, _):
                await is_over(pager)
                shown.append(json.dumps(await engine.desk.status()))

    assert pager.types == ["alert.began", "alert.ended"]
    shown.append(out.read_text())
    told = [json.loads(line)["event"] for line in shown[-1].splitlines()]
    assert told.count("notify.failed") == 1
    for text in shown:
        assert "canary" not in text
        assert SECRET.removeprefix("whsec_") not in text


async def is_told_late(engine: Engine, pager: Pager) -> None:
    """The pager is away when an alert begins, and told once it is back."""
    pager.is_away = True
    engine.refuse_reload("config.toml: no good")

    async def is_refused() -> bool:
        return pager.refused > 1

    await until(is_refused)
    (receiver,) = (await engine.desk.status())["notify"]
    assert receiver["problem"] == "127.0.0.1: answered 503"
    pager.is_away = False

    async def is_told() -> bool:
        return bool(pager.told)

    await until(is_told)


async def is_over(pager: Pager) -> None:
    """The configuration was read anew at the start: that alert is over."""

    async def is_told() -> bool:
        return len(pager.told) > 1

    await until(is_told)

"""Commands over a desk of paper: one behind a server, one behind the store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

import bridge
from bridge import web
from bridge.cli import main
from bridge.engine.vital import Broken
from bridge.settings import Settings
from tests.settings.kinds import GOOD, paper_kinds
from tests.web.fakes import PaperDesk, PaperIntake

__all__ = ["paper_kinds"]

TOKEN = "api-canary-11"

Run = Callable[..., Result]


@pytest.fixture
def near() -> PaperDesk:
    """The desk over the store itself."""
    return PaperDesk()


@pytest.fixture
def far() -> PaperDesk:
    """The desk behind the server."""
    return PaperDesk()


@pytest.fixture
def served() -> list[tuple[Settings, bool]]:
    """What ``serve`` was called with."""
    return []


@pytest.fixture
def run(
    near: PaperDesk,
    served: list[tuple[Settings, bool]],
    paper_kinds: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Run]:
    """Runs a command with the configuration GOOD, no server, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bridge, "app", paper_app(near, served), raising=False)
    Path("config.toml").write_text(GOOD + "[server]\nport = 0\n", encoding="utf-8")

    def invoke(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
        return CliRunner().invoke(main, arguments, env=env)

    with patch.dict("os.environ"):
        yield invoke


def paper_app(near: PaperDesk, served: list[tuple[Settings, bool]]) -> Any:
    @asynccontextmanager
    async def desk(_: Settings, *, create: bool) -> AsyncIterator[PaperDesk]:
        near.may_create_store = create
        yield near

    async def serve(settings: Settings, *, dry_run: bool, load: Any) -> None:
        served.append((settings, dry_run))
        if settings.server.port == 1:
            raise OSError(98, "address already in use")
        if settings.server.port == 2:
            raise Broken("a part of the bridge has failed")

    module = ModuleType("bridge.app")
    module.__dict__.update(vars(SimpleNamespace(desk=desk, serve=serve)))
    return module


@pytest.fixture
async def beside(run: Run, far: PaperDesk) -> AsyncIterator[Callable[..., Any]]:
    """Runs a command beside a running server that wants a token."""

    async def readiness() -> list[str]:
        return []

    app = web.build(PaperIntake(), far, readiness=readiness, api_token=SecretStr(TOKEN))
    async with web.listening(app, host="127.0.0.1", port=0) as url:
        environ = {
            "BRIDGE__SERVER__PORT": url.rpartition(":")[2],
            "BRIDGE__SERVER__API_TOKEN": TOKEN,
        }

        def invoke(
            *arguments: str, env: Mapping[str, str] | None = None
        ) -> Awaitable[Result]:
            return asyncio.to_thread(run, *arguments, env={**environ, **(env or {})})

        yield invoke

"""Two kinds of trackers that exist only in tests, and the fixture that offers them."""

from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from pydantic import SecretStr

from bridge import trackers
from bridge.domain.model import TrackerName
from bridge.ports.clock import Clock
from bridge.ports.config import TrackerSettings
from bridge.ports.errors import BadCredentials
from bridge.ports.trackers import Ability, Reading, Side
from bridge.trackers import Kind

CANARY = "canary-7f3a"

GOOD = f"""
[trackers.errors]
kind = "paper_errors"
api_key = "{CANARY}-1"
webhook_secrets = ["{CANARY}-2"]

[trackers.cases]
kind = "paper_cases"
api_key = "{CANARY}-3"
"""


class PaperErrors(TrackerSettings):
    kind: Literal["paper_errors"]
    api_key: SecretStr
    app_key: SecretStr | None = None


class PaperCases(TrackerSettings):
    kind: Literal["paper_cases"]
    api_key: SecretStr
    default_project: str | None = None


class ClosedReader:
    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Reading:
        raise BadCredentials


def kind(name: str, side: Side, settings: type[TrackerSettings]) -> Kind:
    @asynccontextmanager
    async def connect(name: TrackerName, _: Any, __: Clock) -> Any:
        abilities = frozenset({Ability.READ_STATE, Ability.WRITE_STATE})
        yield SimpleNamespace(name=name, side=side, abilities=abilities, budget=None)

    return Kind(name, side, settings, connect, lambda _: ClosedReader())


PAPER = {
    "paper_errors": kind("paper_errors", Side.ISSUES, PaperErrors),
    "paper_cases": kind("paper_cases", Side.CASES, PaperCases),
}


@pytest.fixture
def paper_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trackers, "kinds", lambda: PAPER)


@pytest.fixture
def write(paper_kinds: None, tmp_path: Path) -> Callable[[str], Path]:
    """Writes a configuration file and gives its path."""

    def write_config(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_config

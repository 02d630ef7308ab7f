"""Commands that only ask, where no bridge has ever run: the real store is opened."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.store.opening import open_store

CONFIG = """
[server]
port = 0
[trackers.errors]
kind = "datadog_error_tracking"
base_url = "http://127.0.0.1:1"
api_key = "k"
app_key = "k"
[trackers.cases]
kind = "datadog_case_management"
base_url = "http://127.0.0.1:1"
api_key = "k"
app_key = "k"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs: a configuration, and no store."""
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "command", [["status"], ["events"], ["dead"], ["plan", "errors:1"]], ids=str
)
def test_it_is_said_and_nothing_is_made(folder: Path, command: list[str]) -> None:
    result = CliRunner().invoke(main, command)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no store at bridge.db: run `bridge serve` first" in result.stderr
    assert [one.name for one in folder.iterdir()] == ["config.toml"]


def test_a_store_that_is_there_is_asked() -> None:
    asyncio.run(_make_store())

    result = CliRunner().invoke(main, ["status"])

    assert (result.exit_code, result.stderr) == (0, "")
    assert "Settled." in result.stdout


async def _make_store() -> None:
    async with open_store("sqlite:///bridge.db"):
        pass

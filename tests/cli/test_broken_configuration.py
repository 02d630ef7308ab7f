"""Commands with a configuration that does not load, beside a server and without one."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import Run
from tests.web.fakes import PaperDesk

Beside = Callable[..., Awaitable[Result]]

BROKEN = [
    "[server]\nprot = 1\n",
    '[trackers.errors]\nkind = "no_such"\n',
    "[server\n",
    "server = 5\n",
]


def configure(text: str) -> None:
    Path("config.toml").write_text(text, encoding="utf-8")


async def test_a_configuration_that_is_not_there_asks_nobody(
    beside: Beside, far: PaperDesk
) -> None:
    result = await beside("link", "errors:1", "cases:1", "--config", "x.toml")
    assert (result.exit_code, far.linked) == (2, {})


@pytest.mark.parametrize("text", BROKEN)
async def test_a_broken_configuration_hides_no_bridge_that_runs(
    beside: Beside, far: PaperDesk, text: str
) -> None:
    configure(text)
    result = await beside("status", "--json")
    assert result.exit_code == 0
    assert "trackers" in json.loads(result.stdout)
    assert "config.toml" in result.stderr
    assert "does not load" in result.stderr

    result = await beside("link", "errors:1", "cases:1")
    assert (result.exit_code, far.linked) == (0, {"errors:1": "cases:1"})


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_configuration_without_a_bridge_is_misuse(run: Run, text: str) -> None:
    configure(text)
    result = run("status", env={"BRIDGE__SERVER__PORT": "0"})
    assert (result.exit_code, result.stdout) == (2, "")
    assert "config.toml" in result.stderr
    assert "does not load" not in result.stderr

"""``check --live`` and ``webhooks`` before a sandbox, as an operator runs them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.sandbox import Sandbox, serving
from bridge.sandbox.faults import Fault, FaultKind
from bridge.web import build, listening
from tests.trackers.setups import made_sandbox
from tests.web.fakes import PaperDesk, PaperIntake

Call = Callable[..., Awaitable[Result]]
SECRET = "hook-canary-5d2c"

CONFIG = """
[server]
port = {port}
public_url = "https://bridge.example.com"

[trackers.errors]
kind = "datadog_error_tracking"
base_url = "{url}"
api_key = "sandbox-api-key"
app_key = "sandbox-app-key"
webhook_secrets = ["{secret}"]

[trackers.cases]
kind = "datadog_case_management"
base_url = "{url}"
api_key = "sandbox-api-key"
app_key = "sandbox-app-key"
webhook_secrets = ["{secret}"]
default_project = "ET"

[[rules]]
name = "shop"
project = "SHOP"
"""


@pytest.fixture
def sandbox() -> Sandbox:
    return made_sandbox()


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    with patch.dict("os.environ"):
        yield


@pytest.fixture
async def call(sandbox: Sandbox) -> AsyncIterator[Call]:
    """Runs a command over a configuration for the sandbox; no secret is printed."""
    async with serving(sandbox) as url:
        write_config(url)

        async def invoke(*arguments: str) -> Result:
            result = await asyncio.to_thread(CliRunner().invoke, main, arguments)
            for secret in (SECRET, "sandbox-api-key", "sandbox-app-key"):
                assert secret not in result.output
            return result

        yield invoke


def write_config(url: str, port: int = 0) -> None:
    text = CONFIG.format(url=url, port=port, secret=SECRET)
    Path("config.toml").write_text(text)


def change_config(before: str, after: str) -> None:
    text = Path("config.toml").read_text()
    assert before in text
    Path("config.toml").write_text(text.replace(before, after))


async def live(call: Call) -> tuple[int, dict[tuple[str, str], bool | None]]:
    result = await call("check", "--live", "--json")
    found = json.loads(result.stdout)["live"]
    good = {(one["tracker"], one["name"]): one["good"] for one in found}
    return result.exit_code, good


async def test_check_live_is_good_once_the_webhooks_are_installed(call: Call) -> None:
    before = await live(call)
    installed = await call("webhooks", "install")
    after = await live(call)

    assert before[0] == 1
    assert before[1]["cases", "webhooks installed"] is False
    assert installed.exit_code == 0, installed.output
    assert after[0] == 0
    assert {name for name, good in after[1].items() if good is None} == {
        ("errors", "webhooks firing"),
        ("cases", "webhooks firing"),
    }
    assert after[1]["cases", "project SHOP"] is True


async def test_check_live_names_a_missing_permission(
    call: Call, sandbox: Sandbox
) -> None:
    sandbox.withheld = {"cases_write"}

    result = await call("check", "--live")

    assert result.exit_code == 1
    (line,) = [x for x in result.stdout.splitlines() if "BAD" in x and "Write" in x]
    assert line.startswith("cases ")
    assert "permission Cases Write" in line
    assert "proven: POST" in result.stdout


async def test_check_alone_asks_nobody(call: Call, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(FaultKind.FAIL))

    result = await call("check", "--json")

    assert result.exit_code == 0, result.output
    assert "live" not in json.loads(result.stdout)


async def test_check_live_asks_the_running_bridge_what_arrived(
    call: Call, sandbox: Sandbox
) -> None:
    desk = PaperDesk()
    last = {"errors": "2026-05-01T12:00:00Z", "cases": None}

    async def status() -> dict[str, object]:
        return {"trackers": {name: {"last_delivery": at} for name, at in last.items()}}

    async def readiness() -> list[str]:
        return []

    desk.status = status  # type: ignore[method-assign]
    app = build(PaperIntake(), desk, readiness=readiness)
    async with listening(app, host="127.0.0.1", port=0) as url:
        change_config("port = 0", f"port = {url.rpartition(':')[2]}")
        _, good = await live(call)

    assert good["errors", "webhooks firing"] is True
    assert good["cases", "webhooks firing"] is None


async def test_install_twice_changes_nothing_the_second_time(
    call: Call, sandbox: Sandbox
) -> None:
    first = await call("webhooks", "install", "--json")
    writes = len(sandbox.world.writes)
    again = await call("webhooks", "install")

    steps = [s for t in json.loads(first.stdout)["trackers"] for s in t["steps"]]
    assert [s["what"] for s in steps if s["done"]] == [
        "webhook bridge-errors",
        "webhook bridge-cases",
        "notification rule of ET",
        "notification rule of SHOP",
    ]
    assert again.exit_code == 0
    assert len(sandbox.world.writes) == writes
    assert again.stdout.count(": kept") == 4
    assert "@webhook-bridge-errors" in again.stdout


async def test_a_dry_run_shows_the_steps_and_takes_none(
    call: Call, sandbox: Sandbox
) -> None:
    dry = await call("webhooks", "install", "--dry-run")
    assert dry.stdout.count("would be created") == 4
    assert sandbox.hooks.webhooks == {}

    await call("webhooks", "install")
    removal = await call("webhooks", "remove", "--dry-run")

    assert removal.stdout.count("would be removed") == 4
    assert sandbox.hooks.webhooks.keys() == {"bridge-errors", "bridge-cases"}


async def test_list_tells_what_is_there_and_what_differs(
    call: Call, sandbox: Sandbox
) -> None:
    await call("webhooks", "install")
    del sandbox.hooks.webhooks["bridge-errors"]
    sandbox.hooks.rules.popitem()

    result = await call("webhooks", "list")

    assert "webhook bridge-errors: missing" in result.stdout
    assert "webhook bridge-cases: installed" in result.stdout
    assert result.exit_code == 0


async def test_remove_takes_it_all_away(call: Call, sandbox: Sandbox) -> None:
    await call("webhooks", "install")
    result = await call("webhooks", "remove")

    assert result.exit_code == 0, result.output
    assert (sandbox.hooks.webhooks, sandbox.hooks.rules) == ({}, {})


@pytest.mark.parametrize("command", ["install", "list", "remove"])
async def test_without_a_public_url_it_says_what_to_write(
    call: Call, command: str
) -> None:
    change_config('public_url = "https://bridge.example.com"\n', "")

    result = await call("webhooks", command)

    assert result.exit_code == 2
    assert "server.public_url: missing" in result.stderr


async def test_what_one_tracker_refuses_does_not_keep_the_other_from_it(
    call: Call, sandbox: Sandbox
) -> None:
    sandbox.withheld = {"cases_read", "cases_write"}

    result = await call("webhooks", "install")

    assert result.exit_code == 1
    assert "webhook bridge-errors: created" in result.stdout
    assert "failed: cases: GET /api/v2/cases/projects answered 403" in result.stdout


async def test_a_step_that_is_refused_is_told_and_the_rest_is_done(
    call: Call, sandbox: Sandbox
) -> None:
    sandbox.withheld = {"cases_write"}

    result = await call("webhooks", "install")

    assert result.exit_code == 1
    assert "webhook bridge-cases: created" in result.stdout
    assert result.stdout.count("notification rule of ET: failed") == 1

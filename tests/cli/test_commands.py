"""The group, ``check`` and ``serve``, and how they end."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bridge import __version__
from bridge.cli import main
from bridge.domain.model import IssueId
from bridge.ports.commits import Commit
from bridge.ports.sightings import Sighting
from bridge.settings import Settings
from bridge.store.opening import open_store
from tests.builders import NOON
from tests.cli.conftest import Run
from tests.settings.kinds import CANARY, GOOD
from tests.web.fakes import PaperDesk

COMMANDS = sorted(main.commands)


def test_the_help_lists_the_commands(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in result.stdout] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example(run: Run, command: str) -> None:
    assert f"Example:\n    bridge {command}" in run(command, "--help").stdout


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"bridge, version {__version__}\n"


def test_help_imports_nothing_slow() -> None:
    code = (
        "import sys, bridge.cli\n"
        "slow = {'pydantic', 'aiohttp', 'httpx', 'rich', 'structlog'}\n"
        "print(slow & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    "arguments", [("nothing",), ("link", "errors:1"), ("events", "--limit", "0")]
)
def test_wrong_usage_ends_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


@pytest.mark.parametrize("command", ["check", "serve", "status", "events", "dead"])
def test_a_wrong_configuration_ends_with_2(run: Run, command: str) -> None:
    config = Path("config.toml")
    config.write_text(config.read_text().replace("api_key", "api_kye"))
    result = run(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "config.toml: trackers.errors.api_kye: unknown key" in result.stderr
    assert CANARY not in result.stderr


def test_the_configuration_is_named_before_or_behind(run: Run) -> None:
    for arguments in (("--config", "x.toml", "check"), ("check", "--config", "x.toml")):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "x.toml: no such file; copy config.example.toml" in result.stderr
    result = run("check", env={"BRIDGE_CONFIG": "y.toml"})
    assert "y.toml: no such file" in result.stderr


def test_check_tells_what_is_synced(run: Run) -> None:
    result = run("check", "--json")
    answer = json.loads(result.stdout)

    assert result.exit_code == 0
    assert answer["trackers"][0] == {
        "name": "errors",
        "side": "issues",
        "kind": "paper_errors",
        "abilities": ["read state", "write state"],
    }
    assert answer["sync"][0] == {
        "what": "state",
        "issues": "errors",
        "cases": "cases",
        "direction": "two-way",
        "why": "",
    }
    assert any("trackers.cases.webhook_secrets: empty" in w for w in answer["warnings"])
    assert not any("errors.webhook_secrets" in w for w in answer["warnings"])


def test_check_reads_well(run: Run) -> None:
    result = run("check")
    assert result.stdout.endswith("Good.\n")
    assert "errors   issues  paper_errors\n" in result.stdout
    assert "warning: trackers.cases.webhook_secrets: empty" in result.stdout
    assert CANARY not in result.output


@pytest.mark.parametrize(
    ("wanted", "left"),
    [("issue-to-case", "issue-to-case"), ("case-to-issue",) * 2, ("off", "off")],
)
def test_check_follows_the_chosen_direction(run: Run, wanted: str, left: str) -> None:
    result = run("check", "--json", env={"BRIDGE__SYNC__STATE": wanted})
    assert json.loads(result.stdout)["sync"][0]["direction"] == left
    assert result.exit_code == 0


def test_check_fails_where_the_store_has_no_place(run: Run) -> None:
    environ = {"BRIDGE__STORE__URL": "sqlite:///nowhere/bridge.db"}
    result = run("check", env=environ)
    assert result.exit_code == 1
    assert "failed: store.url: there is no folder nowhere; create it" in result.stdout


def test_check_finds_secrets_left_as_in_the_example(run: Run) -> None:
    Path("config.toml").write_text(GOOD.replace(f"{CANARY}-1", "change-me"))
    assert 'warning: a secret is still "change-me…"' in run("check").stdout


def test_serve_serves(run: Run, served: list[tuple[Settings, bool]]) -> None:
    assert run("serve").exit_code == 0
    assert run("serve", "--dry-run").exit_code == 0
    assert [dry_run for _, dry_run in served] == [False, True]


def test_serve_fails_where_a_part_of_it_has_failed(run: Run) -> None:
    result = run("serve", env={"BRIDGE__SERVER__PORT": "2"})
    assert result.exit_code == 1
    assert "a part of the bridge has failed; start it again" in result.stderr


def test_serve_tells_that_its_port_is_taken(run: Run) -> None:
    result = run("serve", env={"BRIDGE__SERVER__PORT": "1"})
    assert result.exit_code == 2
    assert "cannot listen at 127.0.0.1:1: address already in use" in result.stderr


def test_a_fault_is_not_taken_for_an_answer(run: Run, near: PaperDesk) -> None:
    near.fails_with = RuntimeError("inner")
    result = run("status")
    assert result.exit_code == 1
    assert isinstance(result.exception, RuntimeError)


def test_check_says_what_a_side_cannot_do(run: Run) -> None:
    rows = {
        row["what"]: row for row in json.loads(run("check", "--json").stdout)["sync"]
    }

    assert rows["comments"]["direction"] == "off"
    assert rows["comments"]["why"] == (
        "errors (paper_errors) cannot hold comments; "
        "cases (paper_cases) cannot hold comments"
    )
    assert rows["assignee"]["direction"] == "off"
    assert "cannot find people or read assignee" in rows["assignee"]["why"]


@pytest.fixture
def seen(run: Run) -> None:
    """A store in which two issues wait, of which a rule wants one."""
    sightings = [
        Sighting(IssueId(f"errors:{name}"), NOON, {"service": (name,)})
        for name in ("web", "other")
    ]

    async def keep() -> None:
        async with open_store("sqlite:///bridge.db") as store:
            await store.commit(Commit(sightings=sightings))

    rule = '[[rules]]\nname = "a"\nmatch = "service:web"\nauto_create = true\n'
    with Path("config.toml").open("a") as file:
        file.write(f'{rule}project = "ET"\n')
    asyncio.run(keep())


@pytest.mark.usefixtures("seen")
def test_check_says_how_many_issues_wait_for_their_case(run: Run) -> None:
    assert json.loads(run("check", "--json").stdout)["waiting"] == 1
    assert (
        "1 issues wait for the case that a rule wants for them" in run("check").stdout
    )


def test_check_fails_where_the_driver_of_the_store_is_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE__STORE__URL", "postgresql://db.example.com/bridge")
    good = run("check")
    monkeypatch.setitem(sys.modules, "psycopg", None)

    bad = run("check")

    assert "store.url" not in good.stdout
    assert bad.exit_code == 1
    assert "pip install 'bridge[postgres]'" in bad.stdout


def test_check_makes_no_store(run: Run) -> None:
    assert json.loads(run("check", "--json").stdout)["waiting"] is None
    assert not Path("bridge.db").exists()


@pytest.mark.usefixtures("seen")
async def test_check_leaves_a_store_in_use_alone(run: Run) -> None:
    async with open_store("sqlite:///bridge.db"):
        result = await asyncio.to_thread(run, "check", "--json")
    assert (result.exit_code, json.loads(result.stdout)["waiting"]) == (0, None)

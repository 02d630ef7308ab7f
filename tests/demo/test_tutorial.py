"""The tutorial's commands do what the tutorial says."""

import asyncio
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main
from bridge.demo.stage import staged

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial" / "first-sync.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.xdist_group("demo")


def blocks(language: str) -> list[str]:
    fences = r"^```(\w*)\n(.+?)^```$"
    found = re.findall(fences, PAGE, flags=re.DOTALL | re.MULTILINE)
    return [text for its, text in found if its == language]


def commands(program: str) -> list[str]:
    lines = "".join(blocks("console")).splitlines()
    return [line[2:] for line in lines if line.startswith(f"$ {program} ")]


def made(command: str) -> list[str]:
    """What make would run for *command*, without the program."""
    # What runs the tests may be make itself, with arguments for them.
    plain = ["env", *(f"--unset={name}" for name in ("ARGS", "MAKEFLAGS", "MAKELEVEL"))]
    told = subprocess.run(
        [*plain, *shlex.split(command), "--dry-run"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    program, *arguments = shlex.split(told.stdout.splitlines()[-1])
    assert Path(program).name == "bridge"
    return arguments


def test_every_command_is_run_here() -> None:
    lines = "".join(blocks("console")).splitlines()
    others = [line for line in lines if not line.startswith(("$ make ", "$ bridge "))]

    assert others == [
        "$ . .venv/bin/activate",
        "$ mkdir -p var/tutorial && cd var/tutorial",
    ]
    assert [len(commands(program)) for program in ("make", "bridge")] == [2, 5]


def test_the_first_command_is_the_demo() -> None:
    assert made(commands("make")[0]) == ["demo"]


def test_the_headless_demo_agrees_and_says_so() -> None:
    done = CliRunner().invoke(main, made(commands("make")[1]))

    assert done.exit_code == 0, done.output
    assert "60 edits by people, over 20 cases" in done.output
    assert "echoes of the bridge's own writes recognised" in done.output
    assert done.output.rstrip().endswith(blocks("")[-1].rstrip())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second terminal is, with the file that the tutorial has written."""
    monkeypatch.chdir(tmp_path)
    (issue,) = blocks("json")
    (tmp_path / "issue.json").write_text(issue, encoding="utf-8")


@pytest.mark.usefixtures("folder")
async def test_the_bridge_of_the_demo_answers_as_the_tutorial_says() -> None:
    async with staged(seed=1, settle="50ms", poll="1s") as stage:
        port = {"BRIDGE__SERVER__PORT": stage.bridge_url.rpartition(":")[2]}
        done = [await run(command, port) for command in commands("bridge")]

    told = [one.stdout for one in done]
    assert [one.stderr for one in done] == [""] * 5
    assert "config.toml is written" in told[0]
    assert told[1].startswith("Settled.")
    assert "applied" in told[2]
    assert "Nothing to do" in told[3]
    assert re.search(r"Rule: +web-store\n", told[4])


async def run(command: str, environ: dict[str, str]) -> Result:
    _, *arguments = shlex.split(command)
    done = await asyncio.to_thread(CliRunner().invoke, main, arguments, env=environ)
    assert done.exit_code == 0, done.output
    return done

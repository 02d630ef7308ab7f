"""What the help of each command shows can be typed as it stands there."""

from pathlib import Path

import click
import pytest

from tests.cli.conftest import Run
from tests.cli.parsing import commands, parsed

COMMANDS = dict(commands())
FILES = ("api-key", "app-key", "issue.json", "other.toml", "config.toml")
WITHOUT_ANSWER = {"bridge serve"}
"""What prints no result."""


def examples(command: click.Command) -> list[str]:
    """The lines below the word Example."""
    lines = (command.epilog or "").partition("Example:\n")[2].splitlines()
    return [line.strip() for line in lines if line.startswith("  bridge")]


@pytest.fixture(autouse=True)
def files_of_the_examples(run: Run) -> None:
    for name in FILES:
        Path(name).touch()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example_of_itself(run: Run, name: str) -> None:
    shown = run(*name.split()[1:], "--help").stdout
    lines = examples(COMMANDS[name])

    assert lines
    assert all(line in shown for line in lines)
    assert all(line.startswith(name) for line in lines if name != "bridge")


@pytest.mark.parametrize(
    "line", [line for command in COMMANDS.values() for line in examples(command)]
)
def test_every_example_is_a_command_line_of_ours(line: str) -> None:
    with parsed(line) as context:
        assert isinstance(context.command, click.Command)


def test_a_line_that_no_command_knows_does_not_pass() -> None:
    for line in ("bridge events --colour", "bridge nothing", "bridge link errors:1"):
        with pytest.raises(click.ClickException):
            parsed(line)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_configuration(name: str) -> None:
    assert "--config" in {o for p in COMMANDS[name].params for o in p.opts}


@pytest.mark.parametrize(
    "name",
    [n for n, c in COMMANDS.items() if not isinstance(c, click.Group)],
)
def test_every_command_with_an_answer_prints_it_for_programs(name: str) -> None:
    options = {o for p in COMMANDS[name].params for o in p.opts}
    assert ("--json" in options) is (name not in WITHOUT_ANSWER)

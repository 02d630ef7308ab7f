"""Completion in the shell, as the help says to switch it on."""

import subprocess
import sys

import pytest

SHELLS = ("bash", "zsh", "fish")


def called(**environ: str) -> str:
    """What the command prints when the shell asks it."""
    settings = [f"{name}={value}" for name, value in environ.items()]
    done = subprocess.run(
        ["env", *settings, sys.executable, "-m", "bridge"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def completed(line: str) -> set[str]:
    """What bash is offered behind *line*."""
    words = line.split(" ")
    told = called(
        _BRIDGE_COMPLETE="bash_complete",
        COMP_WORDS=line,
        COMP_CWORD=str(len(words) - 1),
    )
    return {word.partition(",")[2] for word in told.splitlines()}


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_is_given_its_script(shell: str) -> None:
    script = called(_BRIDGE_COMPLETE=f"{shell}_source")
    assert f"_BRIDGE_COMPLETE={shell}_complete" in script


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bridge re", {"resume", "resync", "retry"}),
        ("bridge webhooks ", {"install", "list", "remove"}),
        ("bridge events --outcome p", {"parked", "pending"}),
        ("bridge events --tr", {"--tracker"}),
        ("bridge cases --standing dr", {"drifted"}),
    ],
)
def test_commands_options_and_choices_are_offered(line: str, offered: set[str]) -> None:
    assert completed(line) == offered


def test_the_script_is_one_that_bash_can_read() -> None:
    script = called(_BRIDGE_COMPLETE="bash_source")
    asking = "type _bridge_completion && complete -p bridge"
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{script}\n{asking}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-F _bridge_completion bridge" in done.stdout

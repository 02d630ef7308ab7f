"""Every command line that the manual shows can be typed as it stands there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.parsing import parsed

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)
LEFT_OPEN = ("…", "[", "COMMAND")
"""What stands in a line that shows a form, not a command."""


def shown() -> Iterator[str]:
    """Command lines in fenced blocks, without prompts and explanations."""
    pages = [
        page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "adr"
    ]
    for page in (ROOT / "README.md", *sorted(pages)):
        for block in FENCED.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                command = re.split(r"\s{3,}", line.strip().removeprefix("$ "))[0]
                is_form = any(part in command for part in LEFT_OPEN)
                if re.match(r"bridge [a-z]", command) and not is_form:
                    yield command


LINES = sorted(set(shown()))


@pytest.fixture(autouse=True)
def _files_that_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("api-key", "app-key"):
        Path(name).touch()


def test_the_manual_shows_commands() -> None:
    assert {"bridge serve --dry-run", "bridge check --live"} <= {*LINES}


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_manual_is_a_command_of_ours(line: str) -> None:
    with parsed(line) as context:
        assert not isinstance(context.command, click.Group)

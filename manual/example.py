"""The values that ``config.example.toml`` shows, also those in comments."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from manual.keys import toml

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"

_SECTION = re.compile(r"(?:# )?\[+([\w.]+)\]+$")
_LINE = re.compile(r"(?:# )?(\w+) = ")


def shown() -> dict[tuple[str, str], str]:
    """What is shown for each key of each section: ``host = "127.0.0.1"``; what is in
    force wins over what is in a comment."""
    found: dict[tuple[str, str], str] = {}
    for section, key, line in _lines():
        is_comment = line.startswith("#")
        if not is_comment or (section, key) not in found:
            value = tomllib.loads(line.removeprefix("# "))[key]
            found[section, key] = f"{key} = {toml(value)}"
    return found


def _lines() -> Iterator[tuple[str, str, str]]:
    section = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if head := _SECTION.match(line):
            section = head[1]
        elif said := _LINE.match(line):
            yield section, said[1], line

"""The reference of configuration and commands is what the code says."""

from collections.abc import Iterator

import click
import pytest

from bridge.cli import main
from manual.__main__ import FOLDER, PAGES
from manual.keys import descriptions, toml
from tests.settings.test_example import sections

CONFIGURATION = (FOLDER / "configuration.md").read_text(encoding="utf-8")
COMMANDS = (FOLDER / "commands.md").read_text(encoding="utf-8")
OF_A_KEY = ("- Type: ", "- Default: ", "- Example: ")


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_writes(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")

    assert committed == PAGES[name](), "run `make reference`"


def test_every_key_is_described() -> None:
    undescribed = [
        f"{section}.{key}"
        for section, model, _ in sections()
        for key in model.model_fields
        if f".{key}`\n\n{descriptions(model).get(key, '?')}\n" not in CONFIGURATION
    ]

    assert undescribed == []


@pytest.mark.parametrize(
    "entry", CONFIGURATION.split("\n### ")[1:], ids=lambda entry: entry.split("`")[1]
)
def test_a_key_has_its_type_default_and_example(entry: str) -> None:
    assert [part for part in OF_A_KEY if f"\n{part}" not in entry] == []


@pytest.mark.parametrize(("path", "command"), [*commands(main, "bridge")])
def test_every_command_has_usage_options_and_an_example(
    path: str, command: click.Command
) -> None:
    (entry,) = [
        entry
        for entry in COMMANDS.replace("\n### ", "\n## ").split("\n## ")
        if entry.startswith(f"`{path}`\n")
    ]
    options = [
        name
        for param in command.params
        if isinstance(param, click.Option)
        for name in param.opts
    ]

    assert f"```\n{path} " in entry or f"```\n{path}\n" in entry
    assert [name for name in options if name not in entry] == []
    assert isinstance(command, click.Group) or entry.count(f"\n{path}") > 1


def test_values_are_shown_as_toml() -> None:
    assert toml(["a", 'b"c']) == r'["a", "b\"c"]'
    assert (toml(True), toml(0.5)) == ("true", "0.5")

"""The page of the commands: usage, options and an example of each."""

import inspect
from collections.abc import Iterator

import click

from bridge.cli import main

_HEAD = """\
# Commands

<!-- Written by `make reference` from the commands themselves. -->

`bridge COMMAND --help` says the same. `--config` may stand before or behind the
command's name. What asks a bridge something asks the one that runs, by its API, and
works on the store where none runs.
"""


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *(_told(context) for context in walk())])


def walk() -> Iterator[click.Context]:
    """Every command, the group first, and those of groups after their group."""
    top = click.Context(main, info_name="bridge", **main.context_settings)
    yield from _walk(main, top)


def _walk(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _walk(inner, click.Context(inner, context, info_name=name))


def _told(context: click.Context) -> str:
    command = context.command
    level = "##" if context.parent is None or context.parent.parent is None else "###"
    usage = command.get_usage(context).removeprefix("Usage: ")
    parts = [
        f"{level} `{context.command_path}`",
        _plain(command.help),
        f"```\n{inspect.cleandoc(usage)}\n```",
        "\n".join(_options(context)),
        _example(_plain(command.epilog)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _options(context: click.Context) -> Iterator[str]:
    for param in context.command.get_params(context):
        record = param.get_help_record(context)
        if record is not None and record[1]:  # usage shows arguments without a text
            names, text = record
            yield f"- `{names}`: {text}"


def _example(epilog: str) -> str:
    lines = epilog.removeprefix("Example:\n").splitlines()
    return "```\n" + inspect.cleandoc("\n".join(lines)) + "\n```" if lines else ""


def _plain(text: str | None) -> str:
    """*text* without click's marks for paragraphs that stay as they are."""
    return inspect.cleandoc((text or "").replace("\b\n", ""))

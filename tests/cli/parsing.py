"""Reads command lines as the shell and the commands themselves read them."""

import shlex
from collections.abc import Iterator

import click

from bridge.cli import main


def parsed(line: str) -> click.Context:
    """The innermost command of *line* with its values; ClickException where it is not
    one of ours, or says what no command knows."""
    program, *words = shlex.split(line, comments=True)
    assert program == "bridge"
    context = main.make_context("bridge", words)
    while isinstance(context.command, click.Group):
        rest = [*context._protected_args, *context.args]
        name, command, rest = context.command.resolve_command(context, rest)
        assert command
        context = command.make_context(name, rest, parent=context)
    return context


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and group, by what is written to call it."""
    waiting: list[tuple[str, click.Command]] = [("bridge", main)]
    while waiting:
        name, command = waiting.pop()
        yield name, command
        if isinstance(command, click.Group):
            waiting += [(f"{name} {n}", c) for n, c in command.commands.items()]

"""Options that many commands share, the configuration, and how commands fail."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from bridge.cli.showing import Told
    from bridge.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

BAD_ANSWER = 1
BAD_USAGE = 2


class Failure(click.ClickException):
    """The answer is bad: its text goes to standard error."""

    exit_code = BAD_ANSWER


class Misuse(click.ClickException):
    """Wrong usage or configuration: the text says what would be right."""

    exit_code = BAD_USAGE


def example(*lines: str) -> str:
    """What stands below a command's help."""
    # click keeps the lines behind a backspace as they are.
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def _remember(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.find_root().meta["bridge.config"] = value


def config_option(command: Command) -> Command:
    """``--config``, before or behind the command's name."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_remember,
        expose_value=False,
        help="The configuration.  [default: $BRIDGE_CONFIG or config.toml]",
    )(command)


def json_option(command: Command) -> Command:
    """``--json``: the answer for programs."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print the answer as JSON."
    )(command)


def config_file() -> Path | None:
    """The configuration that this call names, if it names one."""
    path: Path | None = (
        click.get_current_context().find_root().meta.get("bridge.config")
    )
    return path


def settings() -> "Settings":
    """The configuration of this call; Misuse if it is no good."""
    from bridge.settings import ConfigError, load  # noqa: PLC0415 - slow to import

    try:
        return load(config_file())
    except ConfigError as exc:
        raise Misuse(str(exc)) from None


def asking() -> "tuple[Settings, str]":
    """The configuration for a question to a bridge, and what is wrong with it.

    One that does not load still tells where the bridge that runs is to be asked.
    """
    from bridge.settings import (  # noqa: PLC0415 - slow to import
        ConfigError,
        Settings,
        load,
        load_server,
        place_of,
    )

    try:
        return load(config_file()), ""
    except ConfigError as exc:
        if not place_of(config_file()).is_file():
            raise Misuse(str(exc)) from None
        return Settings(server=load_server(config_file())), str(exc)


def show(value: Any, *, as_json: bool, text: "Callable[[Any], Told]") -> None:
    """Print an answer, for a program or for a person."""
    if as_json:
        import json  # noqa: PLC0415 - slow to import

        click.echo(json.dumps(value, indent=2, ensure_ascii=False))
    else:
        from bridge.cli import showing  # noqa: PLC0415 - slow to import

        showing.show(text(value))

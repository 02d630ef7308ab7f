"""``bridge webhooks``: makes the trackers call the bridge, and stops that again."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from bridge.cli.options import (
    BAD_ANSWER,
    Misuse,
    config_option,
    example,
    json_option,
    settings,
    show,
)
from bridge.cli.progress import progress

if TYPE_CHECKING:
    from bridge.settings import Settings

_DONE = {"create": "created", "repair": "repaired", "remove": "removed"}
_PLANNED = {
    "create": "would be created",
    "repair": "would be repaired",
    "remove": "would be removed",
}
_LISTED = {"create": "missing", "repair": "differs", "keep": "installed"}

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show the steps, change nothing."
)


@click.group(
    epilog=example("bridge webhooks install --dry-run", "bridge webhooks list")
)
@config_option
def webhooks() -> None:
    """Make the trackers call the bridge at server.public_url.

    What they have no API for is printed as steps to do by hand.
    """


@webhooks.command(epilog=example("bridge webhooks install --dry-run"))
@dry_run_option
@json_option
@config_option
def install(*, dry_run: bool, as_json: bool) -> None:
    """Create what is missing and repair what differs; again changes nothing."""
    loaded = _ready()
    from bridge.cli import setting_up  # noqa: PLC0415 - slow to import

    answer = _run(setting_up.installation(loaded, act=not dry_run))
    words = {**_PLANNED, "keep": "is there"} if dry_run else {**_DONE, "keep": "kept"}
    _tell(answer, words, as_json=as_json)


@webhooks.command("list", epilog=example("bridge webhooks list --json"))
@json_option
@config_option
def list_webhooks(*, as_json: bool) -> None:
    """What is installed, missing or not as it must be; changes nothing."""
    loaded = _ready()
    from bridge.cli import setting_up  # noqa: PLC0415 - slow to import

    answer = _run(setting_up.installation(loaded, act=False))
    _tell(answer, _LISTED, as_json=as_json)


@webhooks.command(epilog=example("bridge webhooks remove"))
@dry_run_option
@json_option
@config_option
def remove(*, dry_run: bool, as_json: bool) -> None:
    """Take away what calls this bridge; what calls another is kept."""
    loaded = _ready()
    from bridge.cli import setting_up  # noqa: PLC0415 - slow to import

    answer = _run(setting_up.removal(loaded, act=not dry_run))
    _tell(answer, _PLANNED if dry_run else _DONE, as_json=as_json)


def _ready() -> "Settings":
    loaded = settings()
    if loaded.server.public_url is None:
        raise Misuse(
            "server.public_url: missing; write the address at which the trackers "
            'reach the bridge, as public_url = "https://bridge.example.com"'
        )
    from bridge import logs  # noqa: PLC0415 - slow to import
    from bridge.settings import LogLevel  # noqa: PLC0415 - slow to import

    logs.configure(loaded, level=LogLevel.WARNING)
    return loaded


def _run(answer: Any) -> Any:
    import asyncio  # noqa: PLC0415 - slow to import

    with progress("Asking the trackers"):
        return asyncio.run(answer)


def _tell(answer: dict[str, Any], words: dict[str, str], *, as_json: bool) -> None:
    show(answer, as_json=as_json, text=_text(words))
    if not answer["ok"]:
        raise click.exceptions.Exit(BAD_ANSWER)


def _text(words: dict[str, str]) -> Callable[[dict[str, Any]], str]:
    def text(answer: dict[str, Any]) -> str:
        return "\n".join(
            line for tracker in answer["trackers"] for line in _lines(tracker, words)
        )

    return text


def _lines(tracker: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    yield f"{tracker['name']} ({tracker['kind']})"
    if tracker["failed"]:
        yield f"  failed: {tracker['failed']}"
    for step in tracker["steps"]:
        word = "failed" if step["failed"] else words.get(step["doing"], step["doing"])
        why = step["failed"] or step["why"]
        yield f"  {step['what']}: {word}" + (f" ({why})" if why else "")
        for number, line in enumerate(step["by_hand"], 1):
            yield f"    {number}. {line}"

"""``bridge check``: whether the configuration is good, and what will be synced."""

from typing import TYPE_CHECKING, Any

import click

from bridge.cli.options import (
    BAD_ANSWER,
    config_option,
    example,
    json_option,
    settings,
    show,
)
from bridge.cli.progress import progress
from bridge.cli.showing import Grid, Told

if TYPE_CHECKING:
    from bridge.settings import Settings


@click.command(epilog=example("bridge check --config config.toml"))
@click.option(
    "--live",
    is_flag=True,
    help="Also ask the trackers: keys, permissions, projects, statuses, webhooks; and "
    "send a test message to each receiver of alerts.",
)
@click.option("--no-notify", is_flag=True, help="With --live: send no test message.")
@json_option
@config_option
def check(*, live: bool, no_notify: bool, as_json: bool) -> None:
    """The configuration, the trackers and what is synced between them.

    Offline unless --live is given; nothing is changed either way. Exit status 2 when
    the configuration cannot be used, 1 when it could not work.
    """
    if no_notify and not live:
        raise click.UsageError("--no-notify goes with --live only")
    loaded = settings()
    import asyncio  # noqa: PLC0415 - slow to import

    from bridge import logs  # noqa: PLC0415 - slow to import
    from bridge.cli import findings  # noqa: PLC0415 - slow to import
    from bridge.settings import LogLevel  # noqa: PLC0415 - slow to import

    logs.configure(loaded, level=LogLevel.WARNING)
    answer = asyncio.run(findings.examine(loaded))
    if live:
        with progress("Asking the trackers"):
            answer["live"] = asyncio.run(_probed(loaded, is_notifying=not no_notify))
        are_good = all(one["good"] is not False for one in answer["live"])
        answer["ok"] = answer["ok"] and are_good
    show(answer, as_json=as_json, text=_text)
    if not answer["ok"]:
        raise click.exceptions.Exit(BAD_ANSWER)


async def _probed(loaded: "Settings", *, is_notifying: bool) -> list[dict[str, Any]]:
    from bridge.cli import receivers, setting_up  # noqa: PLC0415 - slow to import

    found = await setting_up.probe(loaded)
    return [*found, *(await receivers.probe(loaded) if is_notifying else ())]


def _live(found: list[dict[str, Any]]) -> Grid:
    words = {True: "good", False: "BAD", None: "unknown"}
    rows = [
        (
            one["tracker"] or one["receiver"],
            one["name"],
            words[one["good"]],
            one["text"] + (f" -> {one['remedy']}" if one["remedy"] else ""),
        )
        for one in found
    ]
    return Grid(("WHO", "ASKED FOR", "IS", ""), rows)


def _text(answer: dict[str, Any]) -> Told:
    trackers = [(one["name"], one["side"], one["kind"]) for one in answer["trackers"]]
    abilities = [
        f"{one['name']} can {', '.join(one['abilities'])}."
        for one in answer["trackers"]
    ]
    sync = [
        (one["what"], one["issues"], one["cases"], one["direction"], one["why"])
        for one in answer["sync"]
    ]
    parts: list[str | Grid] = [
        Grid(("TRACKER", "HOLDS", "KIND"), trackers),
        *abilities,
        Grid(("SYNCED", "ISSUES", "CASES", "DIRECTION", ""), sync),
    ]
    if answer["notify"]:
        rows = [
            (one["name"], one["kind"], one["host"], ", ".join(one["causes"]))
            for one in answer["notify"]
        ]
        parts.append(Grid(("NOTIFIED", "KIND", "HOST", "OF"), rows))
    if "live" in answer:
        parts.append(_live(answer["live"]))
    if answer["waiting"]:
        parts.append(
            f"{answer['waiting']} issues wait for the case that a rule wants for them; "
            "`bridge serve` creates it."
        )
    told = [f"warning: {text}" for text in answer["warnings"]]
    told += [f"failed: {text}" for text in answer["failures"]]
    parts.append("\n".join([*told, "Good." if answer["ok"] else "Not good."]))
    return parts

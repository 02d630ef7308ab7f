"""``bridge check``: whether the configuration is good, and what will be synced."""

from typing import Any

import click

from bridge.cli import tables
from bridge.cli.options import (
    BAD_ANSWER,
    config_option,
    example,
    json_option,
    settings,
    show,
)


@click.command(epilog=example("bridge check --config config.toml"))
@click.option(
    "--live",
    is_flag=True,
    help="Also ask the trackers: keys, permissions, projects, statuses, webhooks.",
)
@json_option
@config_option
def check(*, live: bool, as_json: bool) -> None:
    """The configuration, the trackers and what is synced between them.

    Offline unless --live is given; nothing is changed either way. Exit status 2 when
    the configuration cannot be used, 1 when it could not work.
    """
    loaded = settings()
    import asyncio  # noqa: PLC0415 - slow to import

    from bridge import logs  # noqa: PLC0415 - slow to import
    from bridge.cli import findings  # noqa: PLC0415 - slow to import
    from bridge.settings import LogLevel  # noqa: PLC0415 - slow to import

    logs.configure(loaded, level=LogLevel.WARNING)
    answer = asyncio.run(findings.examine(loaded))
    if live:
        from bridge.cli import setting_up  # noqa: PLC0415 - slow to import

        answer["live"] = asyncio.run(setting_up.probe(loaded))
        are_good = all(one["good"] is not False for one in answer["live"])
        answer["ok"] = answer["ok"] and are_good
    show(answer, as_json=as_json, text=_text)
    if not answer["ok"]:
        raise click.exceptions.Exit(BAD_ANSWER)


def _live(found: list[dict[str, Any]]) -> str:
    words = {True: "good", False: "BAD", None: "unknown"}
    rows = [
        (
            one["tracker"],
            one["name"],
            words[one["good"]],
            one["text"] + (f" -> {one['remedy']}" if one["remedy"] else ""),
        )
        for one in found
    ]
    return tables.aligned(("TRACKER", "ASKED FOR", "IS", ""), rows)


def _text(answer: dict[str, Any]) -> str:
    trackers = [(one["name"], one["side"], one["kind"]) for one in answer["trackers"]]
    abilities = [
        f"{one['name']} can {', '.join(one['abilities'])}."
        for one in answer["trackers"]
    ]
    sync = [
        (one["what"], one["issues"], one["cases"], one["direction"], one["why"])
        for one in answer["sync"]
    ]
    parts = [
        tables.aligned(("TRACKER", "HOLDS", "KIND"), trackers),
        *abilities,
        tables.aligned(("SYNCED", "ISSUES", "CASES", "DIRECTION", ""), sync),
    ]
    if answer["notify"]:
        rows = [
            (one["name"], one["kind"], one["host"], ", ".join(one["causes"]))
            for one in answer["notify"]
        ]
        parts.append(tables.aligned(("NOTIFIED", "KIND", "HOST", "OF"), rows))
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
    return "\n\n".join(parts)

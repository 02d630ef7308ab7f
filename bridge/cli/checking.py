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
@json_option
@config_option
def check(*, as_json: bool) -> None:
    """The configuration, the trackers and what is synced between them; offline.

    Exit status 2 when the configuration cannot be used, 1 when it could not work.
    """
    loaded = settings()
    import asyncio  # noqa: PLC0415 - slow to import

    from bridge import logs  # noqa: PLC0415 - slow to import
    from bridge.cli import findings  # noqa: PLC0415 - slow to import
    from bridge.settings import LogLevel  # noqa: PLC0415 - slow to import

    logs.configure(loaded, level=LogLevel.WARNING)
    answer = asyncio.run(findings.examine(loaded))
    show(answer, as_json=as_json, text=_text)
    if not answer["ok"]:
        raise click.exceptions.Exit(BAD_ANSWER)


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
    told = [f"warning: {text}" for text in answer["warnings"]]
    told += [f"failed: {text}" for text in answer["failures"]]
    parts.append("\n".join([*told, "Good." if answer["ok"] else "Not good."]))
    return "\n\n".join(parts)

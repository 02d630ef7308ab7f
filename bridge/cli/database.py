"""``bridge db``: the store's tables brought up to date, or the store moved."""

import asyncio
import sys
from typing import Any

import click

from bridge.cli.options import (
    Failure,
    Misuse,
    config_option,
    example,
    json_option,
    settings,
    show,
)


@click.group("db", epilog=example("bridge db upgrade"))
@config_option
def database() -> None:
    """The store's own tables."""


@database.command(epilog=example("bridge db upgrade"))
@json_option
@config_option
def upgrade(*, as_json: bool) -> None:
    """Bring the tables up to this bridge's version.

    In PostgreSQL that is done by this command alone, once for all replicas; in a SQLite
    file `bridge serve` does it by itself.
    """
    url = settings().store.url.get_secret_value()
    from bridge.ports.errors import (  # noqa: PLC0415 - slow to import
        StoreRefused,
        StoreUnavailable,
    )
    from bridge.store.opening import upgrade_store  # noqa: PLC0415 - slow to import

    try:
        before, now = asyncio.run(upgrade_store(url))
    except StoreRefused as exc:
        raise Misuse(f"store.url: {exc}") from exc
    except StoreUnavailable as exc:
        raise Failure(f"the store is not available: {exc}") from exc
    show({"before": before, "now": now}, as_json=as_json, text=_upgraded)


def _upgraded(answer: dict[str, Any]) -> str:
    before, now = answer["before"], answer["now"]
    if before == now:
        return f"The tables are of version {now} already."
    return f"The tables were of version {before} and are of version {now} now."


@database.command(
    epilog=example(
        "bridge db copy sqlite:///bridge.db postgresql://bridge@db.example.com/bridge",
        "bridge db copy sqlite:///bridge.db      # to store.url of the configuration",
    )
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="[TO]", required=False)
@json_option
@config_option
def copy(*, source: str, target: str | None, as_json: bool) -> None:
    """Copy a store from a SQLite file into an empty PostgreSQL database.

    Everything goes along, with its ids and all that is due; the file stays as it is.
    No bridge may run on either. TO is store.url of the configuration unless it is
    given; there a password is not seen by others on this machine.
    """
    url = target or settings().store.url.get_secret_value()
    from bridge.ports.errors import (  # noqa: PLC0415 - slow to import
        StoreRefused,
        StoreUnavailable,
    )
    from bridge.store import copying  # noqa: PLC0415 - slow to import

    try:
        with click.progressbar(length=0, label="Copying", file=sys.stderr) as bar:

            def told(rows: int) -> None:
                if rows > 0:
                    bar.length = rows
                bar.update(max(0, -rows))

            copied = copying.copy(source, url, told)
    except StoreRefused as exc:
        raise Misuse(str(exc)) from exc
    except StoreUnavailable as exc:
        raise Failure(str(exc)) from exc
    show({"copied": copied}, as_json=as_json, text=_copied)


def _copied(answer: dict[str, Any]) -> str:
    counts = {name: rows for name, rows in answer["copied"].items() if rows}
    told = ", ".join(f"{rows} {name}" for name, rows in counts.items()) or "nothing"
    return f"Copied and counted: {told}."

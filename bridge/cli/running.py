"""``bridge serve``: runs until it is stopped."""

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from bridge.cli.options import Misuse, config_file, config_option, example, settings

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


@click.command(epilog=example("bridge serve --config config.toml"))
@click.option("--dry-run", is_flag=True, help="Plan and record, but write nothing.")
@config_option
def serve(*, dry_run: bool) -> None:
    """The server and its workers, until Ctrl-C or SIGTERM.

    SIGHUP reads the configuration again: rules, people and [sync] are taken over at
    once, everything else at the next start.
    """
    _draw_nothing()
    loaded = settings()
    file = config_file()
    import asyncio  # noqa: PLC0415 - slow to import

    from bridge import app  # noqa: PLC0415 - slow to import
    from bridge.ports.errors import StoreRefused  # noqa: PLC0415 - slow to import
    from bridge.settings import load  # noqa: PLC0415 - slow to import

    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(app.serve(loaded, dry_run=dry_run, load=partial(load, file)))
    except StoreRefused as exc:
        raise Misuse(f"store.url: {exc}") from exc
    except OSError as exc:
        if exc.filename is not None:
            raise
        at = f"{loaded.server.host}:{loaded.server.port}"
        text = f"cannot listen at {at}: {exc.strerror}; change server.port or host"
        raise Misuse(text) from exc


def _draw_nothing() -> None:
    """Keep out what draws in terminals: httpx and structlog load it where they find it,
    and it would take a twentieth of the memory."""
    for name in ("httpx._main", "rich"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def _loop_factory() -> "Callable[[], asyncio.AbstractEventLoop] | None":
    """The faster event loop, where there is one."""
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - slow to import

    return uvloop.new_event_loop

"""``bridge serve``: runs until it is stopped."""

import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import click

from bridge.cli.options import Misuse, config_file, config_option, example, settings

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the process with status 0 as long as nobody else waits for it.

    The first process of a container is not ended by a signal that it has not asked for,
    and imports take their time: one that came meanwhile would be lost.
    """
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@click.command(epilog=example("bridge serve --config config.toml"))
@click.option("--dry-run", is_flag=True, help="Plan and record, but write nothing.")
@config_option
def serve(*, dry_run: bool) -> None:
    """The server and its workers, until Ctrl-C or SIGTERM.

    SIGHUP reads the configuration again: rules, people, [sync] and webhook_secrets are
    taken over at once, everything else at the next start.
    """
    with _ended_by_sigterm(), _nothing_drawn():
        _serve(dry_run=dry_run)


def _serve(*, dry_run: bool) -> None:
    with _nothing_collected():
        loaded = settings()
        import asyncio  # noqa: PLC0415 - slow to import

        from bridge import app  # noqa: PLC0415 - slow to import
        from bridge.engine.vital import Broken  # noqa: PLC0415 - slow to import
        from bridge.ports.errors import StoreRefused  # noqa: PLC0415 - slow to import
        from bridge.settings import load  # noqa: PLC0415 - slow to import

    file = config_file()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(app.serve(loaded, dry_run=dry_run, load=partial(load, file)))
    except Broken as exc:
        raise click.ClickException(f"{exc}; start it again") from exc
    except StoreRefused as exc:
        raise Misuse(f"store.url: {exc}") from exc
    except OSError as exc:
        if exc.filename is not None:
            raise
        at = f"{loaded.server.host}:{loaded.server.port}"
        text = f"cannot listen at {at}: {exc.strerror}; change server.port or host"
        raise Misuse(text) from exc


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """What is imported stays: looking for garbage in it takes a sixth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _nothing_drawn() -> Iterator[None]:
    """Keeps out what draws in terminals: httpx and structlog load it where they can,
    and it would take a twentieth of the memory."""
    kept_out = [name for name in ("httpx._main", "rich") if name not in sys.modules]
    for name in kept_out:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in kept_out:
            sys.modules.pop(name, None)


def _loop_factory() -> "Callable[[], asyncio.AbstractEventLoop] | None":
    """The faster event loop, where there is one."""
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - slow to import

    return uvloop.new_event_loop

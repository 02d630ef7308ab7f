"""Signals of the operating system as events to wait for."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def stop_signal() -> Iterator[asyncio.Event]:
    """Set by SIGTERM or SIGINT while the context lasts, instead of their usual end."""
    with _set_by(signal.SIGTERM, signal.SIGINT) as stop:
        yield stop


@contextlib.contextmanager
def hangup_signal() -> Iterator[asyncio.Event]:
    """Set by SIGHUP while the context lasts, instead of its usual end."""
    with _set_by(signal.SIGHUP) as told:
        yield told


@contextlib.contextmanager
def _set_by(*numbers: signal.Signals) -> Iterator[asyncio.Event]:
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in numbers:
        loop.add_signal_handler(number, event.set)
    try:
        yield event
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)

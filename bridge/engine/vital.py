"""Tasks without which the bridge does only a part of its work."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import structlog

log = structlog.get_logger(__name__)

Begin: TypeAlias = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]
"""Runs a coroutine as a task."""


class Broken(Exception):
    """By a fault of ours a task has ended that must run as long as the bridge does."""


class Vital:
    """Begins tasks that must not fail, and says at once when one has.

    What is stored is whole at any moment: to end the process and start another one is
    safe, to go on without a part of it is not (docs/adr/0065).
    """

    def __init__(self) -> None:
        self._failed = asyncio.Event()

    def begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run *work*, which handles every error that may come to it."""
        task = asyncio.create_task(work)
        task.add_done_callback(self._note)
        return task

    def _note(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or (exc := task.exception()) is None:
            return
        log.critical("engine.broken", work=task.get_coro(), exc_info=exc)
        self._failed.set()

    async def until(self, stop: asyncio.Event) -> None:
        """Return when *stop* is set. Broken."""
        waits = [asyncio.create_task(e.wait()) for e in (stop, self._failed)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self.check()

    def check(self) -> None:
        """Broken, if one has failed by now."""
        if self._failed.is_set():
            raise Broken("a part of the bridge has failed; see its log")

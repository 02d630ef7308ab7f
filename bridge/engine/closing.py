"""The end of what runs: in order where that is quick, cut off where it is not."""

import asyncio
from collections.abc import Collection
from typing import Any

import structlog

log = structlog.get_logger(__name__)

GRACE = 5.0
"""Seconds; with those of the server less than what containers are given to end."""


async def ended(running: Collection["asyncio.Future[Any]"]) -> None:
    """Return once all of them are over. What takes longer than GRACE is cut off as a
    kill would do it, and made good at the next start."""
    if not running:
        return
    over, late = await asyncio.wait(running, timeout=GRACE)
    for each in over:
        if not each.cancelled() and (exc := each.exception()):
            log.error("engine.failed", exc_info=exc)
    if late:
        log.warning("engine.cut_off", running=len(late))
        for each in late:
            each.cancel()
        await asyncio.wait(late)

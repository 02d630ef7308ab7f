"""Sends every receiver of alerts a message that says it is a test."""

import asyncio
import secrets as chance
from typing import Any

from bridge.assembly import receiver_of
from bridge.ports.clock import SystemClock
from bridge.ports.notifying import TEST, NotDelivered, Notice
from bridge.settings import NotifySettings, Settings

Json = dict[str, Any]

TEXT = "a test message of `bridge check --live`: nothing is wrong"


async def probe(settings: Settings) -> list[Json]:
    """Whether each receiver took it, told as of trackers."""
    return await asyncio.gather(*map(_tried, settings.notify))


async def _tried(told: NotifySettings) -> Json:
    clock = SystemClock()
    notice = Notice(
        id=f"msg_{chance.token_hex(12)}",
        cause=TEST,
        tracker="",
        text=TEXT,
        since=clock.now(),
    )
    problem = ""
    async with receiver_of(told, clock) as receiver:
        try:
            await receiver.tell(notice)
        except NotDelivered as exc:
            problem = str(exc)
    remedy = f"mend the receiver, or notify.url and notify.secret of {told.name}"
    return {
        "tracker": None,
        "receiver": told.name,
        "name": "test message",
        "good": not problem,
        "text": problem or f"taken by {told.host}",
        "remedy": remedy if problem else "",
    }

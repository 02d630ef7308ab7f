"""One scrape: asks how the bridge is, and tells what is known whatever fails."""

import asyncio
from datetime import timedelta
from typing import Any, Protocol

import structlog

from bridge.metrics.registry import Metrics
from bridge.ports.errors import StoreUnavailable, UnreadableRow

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=5)
"""How long a scrape waits for the store; Prometheus itself waits ten seconds."""


class Desk(Protocol):
    """What a scrape asks."""

    async def status(self) -> dict[str, Any]:
        """How the bridge is; StoreUnavailable."""
        ...

    def status_without_store(self) -> dict[str, Any]:
        """The part of it that is known without the store."""
        ...


class Scrape:
    """Answers who scrapes."""

    def __init__(
        self, metrics: Metrics, desk: Desk, patience: timedelta = PATIENCE
    ) -> None:
        self._metrics = metrics
        self._desk = desk
        self._patience = patience.total_seconds()

    async def __call__(self) -> bytes:
        """All metrics as Prometheus text."""
        return self._metrics.text(await self._standing())

    async def _standing(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._patience):
                return await self._desk.status()
        except (StoreUnavailable, UnreadableRow, TimeoutError) as exc:
            log.info("scrape.without_store", error=str(exc) or type(exc).__name__)
            return self._desk.status_without_store()

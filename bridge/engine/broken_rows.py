"""Keys of which a stored row does not parse any more: shown as dead, asked seldom."""

import zlib
from datetime import datetime

import structlog

from bridge.engine.means import Means
from bridge.ports.commits import Commit, DeadLetter
from bridge.ports.errors import StoreUnavailable, UnreadableRow
from bridge.ports.records import Key
from bridge.ports.sharing import LeaseLost

log = structlog.get_logger(__name__)


class BrokenRows:
    """Keeps a dead letter for each such key, one however often it is met."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._until: dict[Key, datetime] = {}

    def puts_off(self, key: Key) -> bool:
        """True while the timer need not look at *key* again."""
        until = self._until.get(key)
        return until is not None and self._means.clock.now() < until

    async def note(self, key: Key, exc: UnreadableRow) -> None:
        """A row of *key* did not parse."""
        log.error("store.row_unreadable", error=str(exc))
        now = self._means.clock.now()
        self._until[key] = now + self._means.options.poll_interval
        name = f"row{zlib.crc32(key.encode()):08x}"
        letter = DeadLetter(name, key, "look", key, "", str(exc), now, "")
        try:
            await self._means.store.commit(Commit(dead=[letter]))
        except (StoreUnavailable, LeaseLost) as failure:
            log.warning("store.failed", error=str(failure))

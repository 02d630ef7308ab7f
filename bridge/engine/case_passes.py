"""What the worker asks of whoever makes passes over linked cases."""

from datetime import datetime
from typing import Protocol

from bridge.ports.records import CaseRecord, Job


class CasePasses(Protocol):
    """Passes over linked cases: live ones, or dry ones."""

    async def run(self, job: Job, record: CaseRecord) -> datetime | None:
        """A due pass; when to run again."""
        ...

    async def look(self, job: Job, record: CaseRecord) -> datetime | None:
        """The timer's look; when to run a due pass, if one is needed."""
        ...

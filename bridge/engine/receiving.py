"""Who is told of alerts, and how telling them went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.engine.views import time_view
from bridge.ports.notifying import Receiver


@dataclass(slots=True)
class Receiving:
    """A receiver and its health: *failures* in a row, the first at *problem_since*;
    it is not tried before *next_try*."""

    receiver: Receiver
    last_told: datetime | None = None
    problem: str = ""
    problem_since: datetime | None = None
    failures: int = 0
    next_try: datetime | None = None

    def took(self, now: datetime) -> None:
        """It was told."""
        self.last_told = now
        self.problem, self.problem_since = "", None
        self.failures, self.next_try = 0, None

    def failed(self, problem: str, now: datetime) -> None:
        """It was not."""
        self.failures += 1
        self.problem = problem
        self.problem_since = self.problem_since or now


def receiver_views(all_of_them: Iterable[Receiving]) -> list[dict[str, Any]]:
    """The receivers as the status tells them; no address, which may be a secret."""
    return [
        {
            "name": one.receiver.name,
            "kind": one.receiver.kind,
            "last_told": time_view(one.last_told),
            "problem": one.problem or None,
            "problem_since": time_view(one.problem_since),
        }
        for one in all_of_them
    ]

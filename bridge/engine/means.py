"""What every part of the engine works with, in one hand."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.engine.current import Current
from bridge.engine.gate import Gate
from bridge.engine.ids import NewId
from bridge.engine.noticing import Noticing
from bridge.engine.options import Options
from bridge.engine.receiving import Receiving
from bridge.engine.rights import Rights, SoleProcess
from bridge.engine.roster import Roster
from bridge.ports.clock import Clock
from bridge.ports.errors import TransientError
from bridge.ports.measuring import NO_MEASURES, Measures
from bridge.ports.sharing import Sharing
from bridge.ports.store import Store
from bridge.transport.retry import backoff


@dataclass(frozen=True, slots=True)
class Means:
    """Store, trackers, time, ids, chance, the operator's choices, what is ours to
    work on, and who is told of alerts."""

    store: Store
    roster: Roster
    gate: Gate
    clock: Clock
    new_id: NewId
    rng: random.Random
    current: Current
    noticing: Noticing = field(default_factory=Noticing)
    measures: Measures = NO_MEASURES
    rights: Rights = field(default_factory=SoleProcess)
    sharing: Sharing | None = None
    receivers: tuple[Receiving, ...] = ()

    @property
    def options(self) -> Options:
        """The options in force now."""
        return self.current.choices.options

    @property
    def now(self) -> datetime:
        """The time."""
        return self.clock.now()

    def wait_after(self, exc: TransientError, attempt: int) -> timedelta:
        """The wait after the failed *attempt*: the backoff, or what was asked for."""
        asked = exc.retry_after or 0.0
        # What was told to wait together does not come back together.
        told = timedelta(seconds=asked * self.rng.uniform(1, 1.1))
        return max(self.backoff(attempt), told)

    def backoff(self, attempt: int) -> timedelta:
        """How long to wait after the failed *attempt*, counted from 1."""
        first, longest = self.options.retry_first, self.options.retry_max
        return backoff(attempt, first, longest, self.rng)

"""Circuits: what a tracker forbids is asked for now and then, not by every case.

A circuit is a tracker's, or one project's of a case tracker, for reads or for writes.
A thing that is refused is a suspect first. Refused again, it is alone with its trouble
if a neighbour was allowed meanwhile; otherwise, and when several are suspects at once,
the circuit opens. While it is open one call goes out each probe time, and the first
that succeeds closes it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog

from bridge.domain.model import TrackerName
from bridge.ports.records import Key

log = structlog.get_logger(__name__)

Place = tuple[TrackerName, str, bool]
"""A tracker, a project or nothing, and whether it is about writes."""


MANY = 3
"""So many suspects at once are no single things' trouble."""


class Verdict(Enum):
    """What a refusal means."""

    SUSPECT = auto()
    ALONE = auto()
    CLOSED_OFF = auto()


@dataclass(slots=True)
class Circuit:
    """One open circuit; *parked* are the keys that wait for it, in their order."""

    reason: str
    since: datetime
    next_probe: datetime
    parked: dict[Key, None] = field(default_factory=dict)
    refusals: int = 1


class Circuits:
    """The open circuits, and when each place last allowed something."""

    def __init__(self) -> None:
        self._open: dict[Place, Circuit] = {}
        self._allowed: dict[Place, datetime] = {}
        self._suspects: dict[Place, dict[str, datetime]] = {}
        self.on_close: Callable[[list[Key]], None] = lambda _: None

    @property
    def open(self) -> dict[Place, Circuit]:
        """Every open circuit by its place."""
        return dict(self._open)

    def wait_until(
        self, place: Place, now: datetime, probe: timedelta
    ) -> tuple[str, datetime] | None:
        """Why and until when a call must wait; None: it may go out, as the probe of an
        open circuit if there is one."""
        circuit = self._open.get(place)
        if circuit is None:
            return None
        if now < circuit.next_probe:
            return circuit.reason, circuit.next_probe
        circuit.next_probe = now + probe
        return None

    def allowed(self, place: Place, thing: str, now: datetime) -> None:
        """A call about *thing* succeeded: what was closed off is open to all again."""
        self._allowed[place] = now
        if place in self._suspects:
            self._suspects[place].pop(thing, None)
        circuit = self._open.pop(place, None)
        if circuit is not None:
            self._suspects.pop(place, None)
            log.warning(
                "circuit.closed",
                tracker=place[0],
                project=place[1] or None,
                parked=len(circuit.parked),
            )
            self.on_close(list(circuit.parked))

    def forbidden(
        self, place: Place, thing: str, reason: str, now: datetime, probe: timedelta
    ) -> Verdict:
        """What it means that a call about *thing* was refused."""
        circuit = self._open.get(place)
        if circuit is not None:
            circuit.refusals += 1
            circuit.reason = reason
            return Verdict.CLOSED_OFF
        allowed = self._allowed.get(place)
        suspects = self._suspects.setdefault(place, {})
        first = suspects.setdefault(thing, now)
        if allowed is not None and allowed > first:
            return Verdict.ALONE
        fresh = [at for at in suspects.values() if allowed is None or at >= allowed]
        if first == now and len(fresh) < MANY:
            return Verdict.SUSPECT
        self.break_open(place, reason, now, probe)
        return Verdict.CLOSED_OFF

    def break_open(
        self, place: Place, reason: str, now: datetime, probe: timedelta
    ) -> None:
        """Close the place off, and tell of it once."""
        if place not in self._open:
            self._open[place] = Circuit(reason, now, now + probe)
            log.error(
                "circuit.opened",
                tracker=place[0],
                project=place[1] or None,
                error=reason,
            )

    def park(self, place: Place, key: Key) -> None:
        """*key* waits for the circuit of *place*."""
        if place in self._open:
            self._open[place].parked[key] = None

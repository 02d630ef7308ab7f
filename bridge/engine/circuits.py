"""Circuits: what a tracker forbids is asked for now and then, not by every case.

A circuit is a tracker's, or one project's of a case tracker, for reads or for one kind
of writes. A thing that is refused is a suspect first. Refused again, it is alone with
its trouble if a neighbour was allowed meanwhile; otherwise, and when several are
suspects at once, the circuit opens. While it is open one call goes out each probe time,
and the first that the tracker lets through closes it; who was refused stays a suspect.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog

from bridge.domain.model import TrackerName
from bridge.ports.clock import Clock
from bridge.ports.records import Key

log = structlog.get_logger(__name__)

Place = tuple[TrackerName, str, str]
"""A tracker, a project or nothing, and the kind of writes, or nothing for reads."""


MANY = 3
"""So many suspects at once are no single things' trouble."""

MEMORY = timedelta(hours=1)
"""How long a refusal is held against a thing, and an idle circuit is remembered."""

REMEMBERED = 4096
"""Suspects, and places, that are remembered at once."""


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
    probe: timedelta
    parked: dict[Key, None] = field(default_factory=dict)
    refusals: int = 1

    def is_idle(self, now: datetime, patience: timedelta) -> bool:
        """Nobody waits for it, and nobody has called for *patience* though anybody
        might have."""
        return not self.parked and now >= self.next_probe + patience


class Suspects:
    """When each thing was refused first and last, until it is allowed; the longest
    quiet comes first."""

    def __init__(self) -> None:
        self._refused: dict[tuple[Place, str], tuple[datetime, datetime]] = {}

    def __len__(self) -> int:
        return len(self._refused)

    def refuse(self, place: Place, thing: str, now: datetime) -> datetime:
        """Note that *thing* is refused; since when it is."""
        self._forget(now)
        first, _ = self._refused.pop((place, thing), (now, now))
        self._refused[place, thing] = first, now
        return first

    def clear(self, place: Place, thing: str) -> None:
        """*thing* was allowed."""
        self._refused.pop((place, thing), None)

    def since(self, place: Place, moment: datetime | None) -> int:
        """How many things of *place* are refused since *moment* or later."""
        return sum(
            where == place and (moment is None or first >= moment)
            for (where, _), (first, _) in self._refused.items()
        )

    def _forget(self, now: datetime) -> None:
        while self._refused:
            oldest, (_, last) = next(iter(self._refused.items()))
            if len(self._refused) < REMEMBERED and now - last <= MEMORY:
                return
            del self._refused[oldest]


class Circuits:
    """The open circuits, and when each place last allowed something."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[Place, Circuit] = {}
        self._allowed: dict[Place, datetime] = {}
        self.suspects = Suspects()
        self.on_close: Callable[[list[Key]], None] = lambda _: None

    @property
    def open(self) -> dict[Place, Circuit]:
        """Every open circuit by its place, but for those that nobody asks for."""
        now = self._clock.now()
        return {
            place: circuit
            for place, circuit in self._open.items()
            if not circuit.is_idle(now, circuit.probe)
        }

    def wait_until(self, place: Place, probe: timedelta) -> tuple[str, datetime] | None:
        """Why and until when a call must wait; None: it may go out, as the probe of an
        open circuit if there is one."""
        circuit, now = self._open.get(place), self._clock.now()
        if circuit is None:
            return None
        if now < circuit.next_probe:
            return circuit.reason, circuit.next_probe
        circuit.next_probe, circuit.probe = now + probe, probe
        return None

    def allowed(self, place: Place, thing: str) -> None:
        """A call about *thing* succeeded: what was closed off is open to all again."""
        self.suspects.clear(place, thing)
        self._allowed.pop(place, None)
        self._allowed[place] = self._clock.now()
        if len(self._allowed) > REMEMBERED:
            del self._allowed[next(iter(self._allowed))]
        circuit = self._open.pop(place, None)
        if circuit is not None:
            self._tell("circuit.closed", place, parked=len(circuit.parked))
            self.on_close(list(circuit.parked))

    def answered(self, place: Place, thing: str) -> None:
        """A call about *thing* failed for a reason of its own: the tracker would have
        allowed it, so that nothing is closed off."""
        if place in self._open:
            self.allowed(place, thing)

    def forbidden(
        self, place: Place, thing: str, reason: str, probe: timedelta
    ) -> Verdict:
        """What it means that a call about *thing* was refused."""
        now = self._clock.now()
        first = self.suspects.refuse(place, thing, now)
        circuit = self._open.get(place)
        if circuit is not None:
            circuit.refusals += 1
            circuit.reason = reason
            return Verdict.CLOSED_OFF
        allowed = self._allowed.get(place)
        if allowed is not None and allowed > first:
            return Verdict.ALONE
        if first == now and self.suspects.since(place, allowed) < MANY:
            return Verdict.SUSPECT
        self.break_open(place, reason, probe)
        return Verdict.CLOSED_OFF

    def break_open(self, place: Place, reason: str, probe: timedelta) -> None:
        """Close the place off, and tell of it once."""
        now = self._clock.now()
        for other, circuit in list(self._open.items()):
            if circuit.is_idle(now, MEMORY):
                del self._open[other]
        if place not in self._open:
            self._open[place] = Circuit(reason, now, now + probe, probe)
            self._tell("circuit.opened", place, error=reason)

    def park(self, place: Place, key: Key) -> None:
        """*key* waits for the circuit of *place*."""
        if place in self._open:
            self._open[place].parked[key] = None

    def unpark(self, key: Key, but: Place | None = None) -> None:
        """*key* waits for no circuit any more, *but* for this one."""
        for place, circuit in self._open.items():
            if place != but:
                circuit.parked.pop(key, None)

    def _tell(self, event: str, place: Place, **more: object) -> None:
        tell = log.error if event == "circuit.opened" else log.warning
        tracker, project, writes = place
        tell(
            event,
            tracker=tracker,
            project=project or None,
            writes=writes or None,
            **more,
        )

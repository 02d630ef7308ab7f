"""Who opened a circuit stays suspect, and what nobody asks for does not stay open."""

from datetime import timedelta

import pytest

from bridge.domain.model import State, StatusGroup, TrackerName
from bridge.engine.circuits import REMEMBERED, Circuits, Place, Verdict
from bridge.engine.gate import Gate, ParkedError
from bridge.engine.views import circuit_views
from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    PermanentError,
    TrackerError,
)
from bridge.ports.records import Key
from bridge.transport.failures import UnauthenticatedError
from tests.clocks import ManualClock

CASES = TrackerName("cases")
STATES: Place = (CASES, "SHOP", "states")
READS: Place = (CASES, "", "")
PROBE = timedelta(seconds=30)
OPEN, _, CLOSED = StatusGroup
FOR_REVIEW, RESOLVED = State.FOR_REVIEW, State.RESOLVED


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def circuits(clock: ManualClock) -> Circuits:
    return Circuits(clock)


@pytest.fixture
def gate(clock: ManualClock) -> Gate:
    return Gate(clock, lambda: PROBE)


def refuse(circuits: Circuits, thing: str, place: Place = STATES) -> Verdict:
    return circuits.forbidden(place, thing, "403", PROBE)


async def ask(gate: Gate, thing: str, error: Exception | None = None) -> str:
    """A write of a state goes out, and is answered by *error*, if any."""

    async def call() -> str:
        if error:
            raise error
        return "done"

    return await gate.through(CASES, call(), thing, project="SHOP", writes="states")


async def break_open(gate: Gate, clock: ManualClock) -> None:
    """One thing is refused twice, and the time of the probe comes."""
    for _ in range(2):
        with pytest.raises(ParkedError):
            await ask(gate, "x", ForbiddenError("403"))
        clock.advance(timedelta(seconds=5))
    clock.advance(PROBE)
    assert STATES in gate.circuits.open


def test_who_opened_a_circuit_is_alone_once_a_neighbour_closed_it(
    circuits: Circuits, clock: ManualClock
) -> None:
    assert refuse(circuits, "x") is Verdict.SUSPECT
    clock.advance(timedelta(seconds=5))
    assert refuse(circuits, "x") is Verdict.CLOSED_OFF
    clock.advance(timedelta(hours=3))
    assert refuse(circuits, "x") is Verdict.CLOSED_OFF
    clock.advance(PROBE)
    circuits.allowed(STATES, "neighbour")

    for _ in range(3):
        clock.advance(timedelta(minutes=5))
        assert refuse(circuits, "x") is Verdict.ALONE
    assert not circuits.open


def test_what_was_refused_long_ago_is_parked_by_a_general_revocation(
    circuits: Circuits, clock: ManualClock
) -> None:
    refuse(circuits, "x")
    clock.advance(timedelta(seconds=5))
    circuits.allowed(STATES, "neighbour")
    clock.advance(timedelta(seconds=5))
    assert refuse(circuits, "x") is Verdict.ALONE

    clock.advance(timedelta(minutes=61))

    assert refuse(circuits, "x") is Verdict.SUSPECT
    assert refuse(circuits, "y") is Verdict.SUSPECT
    assert refuse(circuits, "z") is Verdict.CLOSED_OFF


def test_suspects_are_bounded(circuits: Circuits, clock: ManualClock) -> None:
    for number in range(REMEMBERED + 10):
        circuits.suspects.refuse(STATES, str(number), clock.now())
    assert len(circuits.suspects) == REMEMBERED

    clock.advance(timedelta(minutes=61))
    refuse(circuits, "x")
    assert len(circuits.suspects) == 1


@pytest.mark.parametrize("error", [GoneError("404"), PermanentError("400")])
async def test_an_answer_of_any_other_kind_closes_the_circuit(
    gate: Gate, clock: ManualClock, error: TrackerError
) -> None:
    await break_open(gate, clock)

    with pytest.raises(type(error)):
        await ask(gate, "neighbour", error)

    assert not gate.circuits.open
    with pytest.raises(PermanentError):
        await ask(gate, "x", ForbiddenError("403"))


async def test_a_thing_alone_with_its_trouble_shows_that_the_key_is_good(
    gate: Gate, clock: ManualClock
) -> None:
    with pytest.raises(ParkedError):
        await ask(gate, "x", ForbiddenError("403"))
    clock.advance(timedelta(seconds=1))
    await ask(gate, "neighbour")
    with pytest.raises(ParkedError):
        await ask(gate, "y", UnauthenticatedError("401"))
    assert READS in gate.circuits.open
    clock.advance(PROBE)

    with pytest.raises(PermanentError):
        await ask(gate, "x", ForbiddenError("403"))

    assert not gate.circuits.open


async def test_a_circuit_that_nobody_waits_for_is_not_told_of_for_ever(
    gate: Gate, clock: ManualClock
) -> None:
    await break_open(gate, clock)
    gate.circuits.park(STATES, Key("cases:1"))
    clock.advance(timedelta(minutes=10))
    (view,) = circuit_views(gate.circuits, CASES)
    assert (view["writes"], view["parked"]) == ("states", 1)

    gate.circuits.unpark(Key("cases:1"))

    assert circuit_views(gate.circuits, CASES) == []
    with pytest.raises(ParkedError):
        await ask(gate, "x", ForbiddenError("403"))
    assert STATES in gate.circuits.open

"""What every kind of tracker promises, against a vendor that keeps state and fails."""

from collections.abc import AsyncIterator

import pytest

from bridge import trackers
from bridge.ports.errors import (
    AmbiguousError,
    BadCredentials,
    ForbiddenError,
    GoneError,
    MalformedDelivery,
    PermanentError,
    TransientError,
)
from bridge.ports.trackers import Heard
from bridge.sandbox.faults import Fault, FaultKind
from tests.clocks import StoppedClock
from tests.contract.subjects import Subject, Value, connected

KINDS = ("datadog_error_tracking", "datadog_case_management")


@pytest.fixture(params=KINDS)
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with connected(request.param) as made:
        yield made


@pytest.fixture(params=["state", "assignee"])
def value(request: pytest.FixtureRequest, subject: Subject) -> Value:
    return {"state": subject.state, "assignee": subject.assignee}[request.param]


def test_the_suite_knows_every_kind_there_is() -> None:
    assert set(trackers.kinds()) == set(KINDS)


async def test_a_write_is_read_back(value: Value) -> None:
    for wanted in (*value.values, value.values[0]):
        await value.write(wanted)

        assert await value.read() == wanted


async def test_a_write_answers_with_what_is_there_afterwards(subject: Subject) -> None:
    answered = await subject.state.write(subject.state.values[0])

    assert answered.id == subject.id
    assert subject.state.values[0] in (
        getattr(answered, "state", None),
        getattr(answered, "group", None),
    )


async def test_an_assignment_answers_with_who_is_assigned_afterwards(
    subject: Subject,
) -> None:
    for wanted in subject.assignee.values:
        answered = await subject.assignee.write(wanted)

        assert (answered.assignee and answered.assignee.id) == wanted


async def test_an_assignment_that_is_only_said_to_be_done_answers_with_the_old_one(
    subject: Subject,
) -> None:
    somebody, nobody = subject.assignee.values
    await subject.assignee.write(somebody)
    subject.sandbox.faults.add(Fault(FaultKind.FAIL, method="[PD]*", status=204))

    for wanted in (nobody, next(reversed(subject.sandbox.world.users))):
        answered = await subject.assignee.write(wanted)

        assert answered.assignee.id == somebody


async def test_the_same_write_twice_changes_nothing_more(
    subject: Subject, value: Value
) -> None:
    await value.write(value.values[0])
    happened = len(subject.sandbox.world.happenings)

    await value.write(value.values[0])

    assert len(subject.sandbox.world.happenings) == happened
    assert await value.read() == value.values[0]


async def test_what_is_missing_is_gone(subject: Subject) -> None:
    for touch in subject.touch_missing:
        with pytest.raises(GoneError):
            await touch()


@pytest.mark.parametrize(
    ("fault", "delay"),
    [
        (Fault(FaultKind.RATE_LIMIT, reset=17), 17),
        (Fault(FaultKind.RATE_LIMIT, retry_after="23"), 23),
        (Fault(FaultKind.FAIL, status=503), None),
        (Fault(FaultKind.FAIL, status=500, shape="text"), None),
        (Fault(FaultKind.FAIL, status=408), None),
        (Fault(FaultKind.FAIL, status=425), None),
    ],
    ids=lambda fault: f"{getattr(fault, 'status', '')}{getattr(fault, 'kind', '')}",
)
async def test_what_passes_is_transient_with_the_trackers_own_delay(
    subject: Subject, value: Value, fault: Fault, delay: float | None
) -> None:
    subject.sandbox.faults.add(fault)

    with pytest.raises(TransientError) as reading:
        await value.read()
    with pytest.raises(TransientError) as writing:
        await value.write(value.values[0])

    assert reading.value.retry_after == delay
    assert writing.value.retry_after == delay


async def test_a_tracker_that_asked_to_wait_is_left_alone_until_then(
    subject: Subject,
) -> None:
    number = subject.sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, retry_after="5"))
    for _ in range(3):
        with pytest.raises(TransientError):
            await subject.state.read()
    assert subject.sandbox.faults.armed[number].struck == 1

    subject.sandbox.faults.clear()
    subject.clock.advance(5)

    await subject.state.read()


async def test_a_spent_budget_is_told_and_kept(subject: Subject) -> None:
    budget = subject.sandbox.budget
    budget.limit = 2

    await subject.state.read()
    told = subject.tracker.budget
    await subject.state.read()
    with pytest.raises(TransientError, match="rate limit"):
        await subject.state.read()

    assert (told.limit, told.remaining) == (2, 1)
    assert told.resets_at > subject.clock.now()


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("shape", ["object", "text"])
async def test_wrong_credentials_are_forbidden(
    subject: Subject, value: Value, status: int, shape: str
) -> None:
    subject.sandbox.faults.add(Fault(FaultKind.FAIL, status=status, shape=shape))

    with pytest.raises(ForbiddenError):
        await value.read()
    with pytest.raises(ForbiddenError):
        await value.write(value.values[0])


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_a_refusal_is_permanent_and_says_why(
    subject: Subject, value: Value, status: int
) -> None:
    subject.sandbox.faults.add(Fault(FaultKind.FAIL, status=status))

    with pytest.raises(PermanentError, match=f"it: .* answered {status}: "):
        await value.write(value.values[0])


async def test_a_write_cut_off_after_it_was_sent_is_ambiguous(
    subject: Subject, value: Value
) -> None:
    await value.write(value.values[1])
    for method in ("POST", "PUT"):
        subject.sandbox.faults.add(Fault(FaultKind.CUT_AFTER, method=method))

    with pytest.raises(AmbiguousError):
        await value.write(value.values[0])

    assert await value.read() == value.values[0]


async def test_a_read_that_is_cut_off_once_succeeds_at_once(subject: Subject) -> None:
    before = await subject.state.read()
    subject.sandbox.faults.add(Fault(FaultKind.CUT_BEFORE, count=1))

    assert await subject.state.read() == before


async def test_a_read_that_is_always_cut_off_is_transient(subject: Subject) -> None:
    subject.sandbox.faults.add(Fault(FaultKind.CUT_BEFORE))

    with pytest.raises(TransientError) as caught:
        await subject.state.read()

    assert type(caught.value) is TransientError


@pytest.mark.parametrize("kind_name", KINDS)
def test_unsigned_wrong_and_malformed_deliveries_are_refused(kind_name: str) -> None:
    kind = trackers.kinds()[kind_name]
    settings = kind.settings.model_validate(
        {
            "kind": kind_name,
            "api_key": "a",
            "app_key": "b",
            "webhook_secrets": ["new", "old"],
        }
    )
    reader = kind.reader(settings)
    now = StoppedClock().now()

    for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "new"}):
        with pytest.raises(BadCredentials):
            reader.read(header, b"{}", now)
    with pytest.raises(MalformedDelivery):
        reader.read({"Authorization": "Bearer old"}, b"{", now)
    unknown = reader.read(
        {"Authorization": "Bearer new"}, b'{"event_type": "moon landing"}', now
    )
    assert unknown.heard == Heard(kind="moon landing")

"""What must not happen over time: storms of looks, starved cases, stale drift."""

from datetime import timedelta

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import ForbiddenError, PermanentError, TransientError
from bridge.ports.trackers import RateBudget
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State
MINUTE = timedelta(minutes=1)
BUSY = TransientError("errors: busy")


async def link_of(scene: Scene, issue: str) -> dict[str, object]:
    page = await scene.engine.desk.links(case=None, issue=issue, cursor=None, limit=1)
    found: dict[str, object] = page["items"][0]
    return found


async def minutes_pass(scene: Scene, count: int) -> None:
    for _ in range(count * 4):
        await scene.pass_time(seconds=15)


@pytest.mark.parametrize(
    "error", [PermanentError("cases: 400 nonsense"), ValueError("a fault")], ids=str
)
async def test_a_case_that_cannot_be_read_is_not_looked_at_all_the_time(
    scene: Scene, error: Exception
) -> None:
    await scene.start(poll_interval=MINUTE)
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("get_case", *[error] * 1000)  # type: ignore[arg-type]

    await minutes_pass(scene, 5)

    assert 3 <= scene.cases.calls["get_case"] <= 7


async def test_a_case_that_cannot_be_read_drifts_until_it_can(scene: Scene) -> None:
    await scene.start(poll_interval=MINUTE)
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("get_case", *[PermanentError("cases: 400 nonsense")] * 2)

    delivery = await scene.hear("cases", case="1")
    await scene.quiet()
    event = await scene.event(delivery)
    assert (event["outcome"], event["reason"]) == ("dead", "cases: 400 nonsense")
    assert (await link_of(scene, "a"))["drift"] == "cases: 400 nonsense"

    await minutes_pass(scene, 3)
    assert (await link_of(scene, "a"))["drift"] is None


async def test_drift_of_an_unreadable_issue_heals_by_looking(scene: Scene) -> None:
    await scene.start(poll_interval=MINUTE)
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.errors.fail("get_issue", PermanentError("errors: 400 for a moment"))

    await scene.hear("cases", case="1")
    await scene.quiet()
    drifts = [(await link_of(scene, name))["drift"] for name in ("a", "b")]
    assert drifts.count("errors: 400 for a moment") == 1

    await minutes_pass(scene, 2)
    assert [(await link_of(scene, name))["drift"] for name in ("a", "b")] == [None] * 2


async def test_what_a_person_does_by_hand_after_giving_up_counts(scene: Scene) -> None:
    """The owed value arrives by hand, a look passes, then a person changes it again."""
    await scene.start(poll_interval=MINUTE, retry_for=timedelta(minutes=2))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", *[BUSY] * 50)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await minutes_pass(scene, 5)
    scene.errors.failures.clear()

    scene.errors.put("a", RESOLVED)
    await minutes_pass(scene, 2)
    scene.errors.put("a", FOR_REVIEW)
    await minutes_pass(scene, 2)

    assert scene.errors.state("a") is FOR_REVIEW
    assert scene.cases.group("1") is OPEN


async def test_a_refused_value_done_by_hand_is_seen_and_so_is_what_follows(
    scene: Scene,
) -> None:
    await scene.start(poll_interval=MINUTE)
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", PermanentError("errors: not allowed"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.quiet()
    assert "not allowed" in str((await link_of(scene, "a"))["drift"])

    scene.errors.put("a", RESOLVED)
    await minutes_pass(scene, 2)
    assert (await link_of(scene, "a"))["drift"] is None
    scene.errors.put("a", FOR_REVIEW)
    await minutes_pass(scene, 2)

    assert scene.cases.group("1") is OPEN


async def test_work_given_up_leaves_a_dead_letter_and_drift_and_stops(
    scene: Scene,
) -> None:
    await scene.start(poll_interval=MINUTE, retry_for=timedelta(minutes=2))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", *[BUSY] * 500)
    scene.cases.put("1", CLOSED)

    await scene.hear("cases", case="1")
    await minutes_pass(scene, 6)
    tries = scene.errors.calls["set_state"]
    await minutes_pass(scene, 10)

    assert scene.errors.calls["set_state"] == tries
    dead = await scene.engine.desk.dead(cursor=None, limit=9)
    assert [(d["kind"], d["value"]) for d in dead["items"]] == [
        ("set_issue_state", "RESOLVED")
    ]
    assert "given up" in str((await link_of(scene, "a"))["drift"])
    assert (await scene.engine.desk.status())["settled"]


async def test_many_hints_without_an_id_cost_one_round_of_looks(scene: Scene) -> None:
    await scene.start(poll_interval=timedelta(hours=1))
    for number in range(20):
        scene.cases.put(str(number), OPEN)
        scene.errors.put(f"i{number}", FOR_REVIEW)
        await scene.link(f"i{number}", str(number))
    scene.cases.calls.clear()

    for number in range(30):
        await scene.hear("errors", id=str(number))
        await scene.pass_time(seconds=2)
    await scene.quiet()

    assert scene.cases.calls["get_case"] <= 25


async def test_looks_leave_the_reserve_of_the_rate_limit_alone(scene: Scene) -> None:
    await scene.start(poll_interval=timedelta(hours=1))
    for number in range(30):
        scene.cases.put(str(number), OPEN)
        scene.errors.put(f"i{number}", FOR_REVIEW)
        await scene.link(f"i{number}", str(number))
    scene.cases.calls.clear()
    resets = scene.clock.now() + timedelta(hours=9)
    scene.cases.budget = RateBudget(100, 25, resets)

    await scene.pass_time(hours=2)

    assert scene.cases.calls["get_case"] <= 5


async def test_one_forbidden_issue_does_not_hold_up_its_case(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.cases.put("1", CLOSED)
    scene.errors.fail("get_issue", ForbiddenError("errors: 403 for this one"))

    await scene.hear("cases", case="1")
    await scene.idle()

    states = sorted((scene.errors.state("a"), scene.errors.state("b")))
    assert RESOLVED in states


async def test_a_fault_while_loading_loses_no_key(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    load = scene.store.load

    async def broken(key: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(scene.store, "load", broken)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.until(lambda: scene.engine.schedule.running == 0)
    monkeypatch.setattr(scene.store, "load", load)
    await scene.pass_time(minutes=6)
    await scene.quiet()

    assert scene.errors.state("a") is RESOLVED


async def test_a_delivery_long_after_our_write_is_no_echo(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="1")
    await scene.quiet()
    scene.clock.advance(timedelta(days=30))

    delivery = await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert (await scene.event(delivery))[
        "reason"
    ] == "nothing changed since the last look"


async def test_a_tracker_that_is_not_configured_any_more_is_told_of(
    scene: Scene,
) -> None:
    await scene.start(poll_interval=MINUTE)
    await scene.linked(OPEN, a=FOR_REVIEW)
    roster = scene.engine.means.roster
    roster.issues.pop(scene.errors.name)  # type: ignore[attr-defined]

    await scene.hear("cases", case="1")
    await scene.quiet()

    assert "no tracker errors" in str((await link_of_any(scene))["drift"])


async def link_of_any(scene: Scene) -> dict[str, object]:
    page = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=1
    )
    found: dict[str, object] = page["items"][0]
    return found


async def test_a_case_that_is_gone_stays_seldom_looked_at(scene: Scene) -> None:
    await scene.start(poll_interval=MINUTE)
    await scene.linked(OPEN, a=FOR_REVIEW)
    del scene.cases.cases["1"]

    await minutes_pass(scene, 60)

    assert scene.cases.calls["get_case"] <= 10

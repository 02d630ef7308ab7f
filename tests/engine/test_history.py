"""What an event tells afterwards, however many tries it took."""

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import AmbiguousError, PermanentError, TransientError
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, RESOLVED = State.FOR_REVIEW, State.RESOLVED
BUSY = TransientError("errors: busy")


async def test_an_event_that_took_two_tries_tells_of_all_its_writes(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW, c=FOR_REVIEW)
    scene.errors.fail("set_state", BUSY)
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    await scene.pass_time(seconds=5)

    event = await scene.event(delivery)

    assert event["outcome"] == "applied"
    assert [c["kind"] for c in event["changes"]] == ["case_group_changed"]
    written = {a["target"] for a in event["actions"] if a["status"] == "done"}
    assert written == {"errors:a", "errors:b", "errors:c"}


async def test_tries_of_the_same_plan_are_one_pass(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", *[BUSY] * 6)
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    for _ in range(8):
        await scene.pass_time(minutes=2)

    event = await scene.event(delivery)

    assert event["outcome"] == "applied"
    assert len(event["actions"]) <= 2


async def test_a_write_that_arrived_before_a_restart_is_told_as_applied(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.break_after("set_state", AmbiguousError("errors: cut off"))
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    await scene.stop()

    await scene.start()
    await scene.pass_time(seconds=5)
    await scene.quiet()

    event = await scene.event(delivery)
    assert event["outcome"] == "applied"
    assert [a["kind"] for a in event["actions"]] == ["set_issue_state"]


async def test_a_refusal_in_an_earlier_try_is_not_forgotten(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.errors.fail("set_state", PermanentError("errors: not allowed"), BUSY)
    scene.cases.put("1", CLOSED)
    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    await scene.pass_time(seconds=5)
    await scene.quiet()

    event = await scene.event(delivery)

    assert (event["outcome"], event["reason"]) == ("dead", "errors: not allowed")

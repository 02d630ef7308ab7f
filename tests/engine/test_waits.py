"""A write that fails for now holds up no other value of its case."""

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import TransientError
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State
BUSY = TransientError("cases: busy")


async def assigned_in_vain(scene: Scene) -> None:
    """Bob was assigned an issue; the case tracker will not take assignees for now."""
    for tracker in (scene.errors, scene.cases):
        tracker.join(f"{tracker.name}-bob", "bob@example.com")
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("set_assignee", *[BUSY] * 500)
    scene.errors.assign("a", "errors-bob")
    await scene.hear("errors", issue="a", id="assigned")
    await scene.idle()


async def test_states_travel_while_an_assignee_waits(scene: Scene) -> None:
    await assigned_in_vain(scene)
    for _ in range(5):
        await scene.pass_time(minutes=3)

    scene.errors.put("a", RESOLVED)
    await scene.hear("errors", issue="a", id="resolved")
    await scene.idle()

    assert scene.cases.group("1") is CLOSED


async def test_new_deliveries_do_not_hurry_the_write_that_waits(scene: Scene) -> None:
    await assigned_in_vain(scene)
    for _ in range(5):
        await scene.pass_time(minutes=3)
    tries = scene.cases.calls["set_assignee"]

    for number in range(20):
        await scene.hear("errors", issue="a", id=str(number))
        await scene.pass_time(seconds=1)

    assert scene.cases.calls["set_assignee"] <= tries + 1


async def test_what_waited_is_written_in_the_end(scene: Scene) -> None:
    await assigned_in_vain(scene)
    scene.cases.failures.clear()

    for _ in range(3):
        await scene.pass_time(minutes=1)
    await scene.quiet()

    assert scene.cases.assignee("1") == "cases-bob"

"""Comments that a tracker refuses to list."""

from datetime import timedelta

import structlog

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import PermanentError
from tests.engine.conftest import Scene

OPEN, FOR_REVIEW = StatusGroup.OPEN, State.FOR_REVIEW


async def test_comments_that_cannot_be_read_are_told_of_and_warned_of_once(
    scene: Scene,
) -> None:
    scene.cases.join("bob", "bob@example.com")
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.clock.advance(timedelta(minutes=1))
    refusals = [PermanentError("errors: comments: 404")] * 4
    scene.errors.fail("comments", *refusals)
    scene.cases.say("1", "rolled back", "bob")
    with structlog.testing.capture_logs() as logs:
        scene.cases.put("1", StatusGroup.CLOSED)
        first = await scene.hear("cases", case="1", id="1")
        await scene.quiet()
        scene.cases.put("1", OPEN)
        second = await scene.hear("cases", case="1", id="2")
        await scene.quiet()

    notes = [
        f"comments of errors:{i} cannot be read: errors: comments: 404" for i in "ab"
    ]
    for delivery in (first, second):
        assert set(notes) <= set((await scene.event(delivery))["notes"])
    warned = [each["reason"] for each in logs if each["event"] == "comments.unreadable"]
    assert sorted(warned) == notes

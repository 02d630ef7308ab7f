"""Comments that no tracker on the other side can hold: told of, and counted."""

from datetime import timedelta

from bridge.domain.model import State, StatusGroup
from bridge.ports.trackers import COMMENTING
from tests.engine.conftest import Scene

OPEN, FOR_REVIEW = StatusGroup.OPEN, State.FOR_REVIEW


async def test_a_tracker_without_comments_says_so_and_is_not_asked(
    scene: Scene,
) -> None:
    scene.errors.abilities -= COMMENTING
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.say("1", "for nobody")

    delivery = await scene.hear("cases", case="1", kind="comment")
    await scene.quiet()

    event = await scene.event(delivery)
    assert event["outcome"] == "ignored"
    assert event["reason"] == "not copied to errors:a: errors cannot hold comments"
    assert scene.errors.calls["comments"] == 0


async def test_a_comment_without_a_place_is_told_of_and_counted_once(
    scene: Scene,
) -> None:
    scene.errors.abilities -= COMMENTING
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.clock.advance(timedelta(minutes=1))
    scene.cases.say("1", "for nobody")

    told = [
        await scene.hear("cases", case="1", id="1"),
        await scene.hear("cases", case="1", id="2", kind="COMMENT_ADDED"),
    ]
    await scene.quiet()
    told.append(await scene.hear("cases", case="1", id="3", kind="COMMENT_ADDED"))
    await scene.quiet()

    for delivery in told:
        event = await scene.event(delivery)
        assert event["outcome"] == "ignored"
        assert "errors cannot hold comments" in event["reason"]
    assert (await scene.engine.desk.status())["comments_not_copied"] == 1


async def test_what_is_about_no_comment_makes_nobody_read_those_that_stay(
    scene: Scene,
) -> None:
    scene.errors.abilities -= COMMENTING
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)

    await scene.hear("cases", case="1", id="1", kind="STATUS_CHANGED")
    await scene.quiet()
    await scene.hear("errors", issue="a", id="2")
    await scene.quiet()
    await scene.pass_time(hours=3)

    assert scene.cases.calls["comments"] == 0

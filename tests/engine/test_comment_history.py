"""Comments from before the link: left where they are, or brought along."""

from datetime import timedelta

from bridge.domain.comment_places import CommentPolicy
from bridge.domain.model import State, StatusGroup
from tests.engine.conftest import Scene

OPEN, FOR_REVIEW = StatusGroup.OPEN, State.FOR_REVIEW


async def test_comments_from_before_the_link_stay_where_they_are(scene: Scene) -> None:
    await scene.start()
    scene.cases.put("1", OPEN)
    scene.cases.say("1", "old words")
    scene.clock.advance(timedelta(days=1))
    scene.errors.put("a", FOR_REVIEW)
    await scene.link("a", "1")

    assert scene.errors.texts("a") == []


async def test_history_brings_them_along(scene: Scene) -> None:
    await scene.start(comments=CommentPolicy(history=True))
    scene.cases.put("1", OPEN)
    scene.cases.say("1", "old words")
    scene.clock.advance(timedelta(days=1))
    scene.errors.put("a", FOR_REVIEW)
    await scene.link("a", "1")

    assert len(scene.errors.texts("a")) == 1

"""What the desk is asked: cases by name, and lists page by page."""

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import Unclear
from tests.engine.conftest import Scene

OPEN = StatusGroup.OPEN
FOR_REVIEW = State.FOR_REVIEW


async def test_a_tracker_that_is_not_there_is_named_everywhere(scene: Scene) -> None:
    await scene.start()
    desk = scene.engine.desk

    with pytest.raises(Unclear, match="nope:1"):
        await desk.events(case="nope:1", cursor=None, limit=1)
    with pytest.raises(Unclear, match="nope:1"):
        await desk.links(case="nope:1", issue=None, cursor=None, limit=1)
    with pytest.raises(Unclear, match=r"nope:1.* cases, errors"):
        await desk.plan("nope:1")


async def test_lists_are_read_on_where_the_page_before_ended(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    desk = scene.engine.desk

    links = await desk.links(case=None, issue=None, cursor=None, limit=1)
    events = await desk.events(case=None, cursor=None, limit=1)
    more_links = await desk.links(case=None, issue=None, cursor=links["next"], limit=1)
    more_events = await desk.events(case=None, cursor=events["next"], limit=1)

    listed = [*links["items"], *more_links["items"]]
    assert [item["issue"] for item in listed] == ["errors:a", "errors:b"]
    assert more_links["next"] is None
    assert events["items"][0]["delivery"] > more_events["items"][0]["delivery"]
    with pytest.raises(Unclear, match="cursor"):
        await desk.dead(cursor=events["next"], limit=1)
    with pytest.raises(Unclear, match="cursor"):
        await desk.rules_recorded(against=None, cursor=links["next"], limit=1)


@pytest.mark.parametrize("cursor", ["x", "%", "event.", "event." + "G" * 26, "0" * 26])
async def test_a_cursor_that_no_page_gave_is_refused(scene: Scene, cursor: str) -> None:
    await scene.start()
    desk = scene.engine.desk

    with pytest.raises(Unclear, match="cursor"):
        await desk.links(case=None, issue=None, cursor=cursor, limit=1)
    with pytest.raises(Unclear, match="cursor"):
        await desk.events(case=None, cursor=cursor, limit=1)
    with pytest.raises(Unclear, match="cursor"):
        await desk.dead(cursor=cursor, limit=1)
    with pytest.raises(Unclear, match="cursor"):
        await desk.rules_recorded(against=None, cursor=cursor, limit=1)

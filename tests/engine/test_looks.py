"""When the bridge looks by itself, and which of what it sees it believes."""

from datetime import timedelta

from bridge.domain.model import State, StatusGroup
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def test_an_edit_without_a_webhook_is_seen_by_the_timer(scene: Scene) -> None:
    await scene.start(poll_interval=timedelta(minutes=1))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)

    await scene.pass_time(minutes=2)
    await scene.pass_time(seconds=2)

    assert scene.cases.group("1") is CLOSED
    page = await scene.engine.desk.events(case=None, cursor=None, limit=1)
    assert page["items"][0]["cause"] == "poll"
    assert page["items"][0]["outcome"] == "applied"


async def test_a_timed_look_without_news_leaves_no_event(scene: Scene) -> None:
    await scene.start(poll_interval=timedelta(minutes=1))
    await scene.linked(OPEN, a=FOR_REVIEW)

    for _ in range(5):
        await scene.pass_time(minutes=2)

    assert scene.errors.calls["get_issue"] >= 5
    page = await scene.engine.desk.events(case=None, cursor=None, limit=100)
    assert [item["kind"] for item in page["items"]] == ["linked"]


async def test_a_stale_read_after_our_write_is_not_an_edit(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    old = scene.errors.issues["a"]
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="1")
    await scene.quiet()

    scene.errors.stale["a"] = old
    await scene.hear("errors", issue="a", id="2")
    await scene.idle()
    assert scene.cases.group("1") is CLOSED

    scene.errors.stale.clear()
    await scene.pass_time(seconds=11)
    assert scene.cases.group("1") is CLOSED
    assert scene.errors.state("a") is RESOLVED


async def test_a_value_we_replaced_is_believed_if_it_stays(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="1")
    await scene.quiet()

    scene.errors.put("a", FOR_REVIEW)
    delivery = await scene.hear("errors", issue="a", id="2")
    await scene.idle()
    assert (await scene.event(delivery))["outcome"] is None

    await scene.pass_time(seconds=11)
    assert scene.cases.group("1") is OPEN
    assert (await scene.event(delivery))["outcome"] == "applied"


async def test_a_newer_modification_time_is_believed_at_once(scene: Scene) -> None:
    await scene.start()
    await scene.linked(CLOSED, a=RESOLVED)
    scene.errors.put("a", FOR_REVIEW)
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    assert scene.cases.group("1") is OPEN

    scene.clock.advance(timedelta(seconds=3))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="2")
    await scene.quiet()

    assert scene.errors.state("a") is RESOLVED


async def test_a_delivery_without_an_id_makes_the_bridge_look_around(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)

    delivery = await scene.hear("errors", kind="something")
    await scene.quiet()
    await scene.pass_time(seconds=2)
    await scene.quiet()

    assert scene.cases.group("1") is CLOSED
    assert (await scene.event(delivery))["outcome"] == "applied"

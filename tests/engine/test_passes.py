"""A delivery's journey: heard, looked at, decided, written, told."""

from datetime import timedelta

import pytest

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import (
    AlreadyLinked,
    AmbiguousError,
    ForbiddenError,
    NotFound,
    PermanentError,
    TransientError,
)
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


async def test_an_issue_that_was_reopened_reopens_its_case(scene: Scene) -> None:
    await scene.start()
    await scene.linked(CLOSED, a=RESOLVED, b=RESOLVED)
    scene.errors.put("a", FOR_REVIEW)

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert scene.cases.group("1") is OPEN
    assert scene.errors.state("b") is RESOLVED
    event = await scene.event(delivery)
    assert (event["outcome"], event["key"]) == ("applied", "cases:1")
    assert [a["kind"] for a in event["actions"]] == ["set_case_status"]
    assert event["actions"][0]["status"] == "done"
    assert (
        "errors:a was moved from RESOLVED to FOR_REVIEW"
        in (event["actions"][0]["reason"])
    )


async def test_the_echo_of_our_own_write_is_recognised(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="edit")
    await scene.quiet()
    writes = scene.errors.writes

    echo = await scene.hear("errors", issue="a", id="echo")
    await scene.quiet()

    assert scene.errors.state("a") is RESOLVED
    assert scene.errors.writes == writes == 1
    event = await scene.event(echo)
    assert event["outcome"] == "no-op"
    assert event["reason"].startswith("echo")


async def test_linking_raises_the_newcomer_and_lists_it_once(scene: Scene) -> None:
    await scene.start()
    await scene.linked(CLOSED, a=RESOLVED)
    scene.errors.put("b", FOR_REVIEW)

    await scene.link("b", "1")
    await scene.hear("cases", case="1", id="later")
    await scene.quiet()

    assert scene.errors.state("b") is RESOLVED
    assert scene.cases.group("1") is CLOSED
    assert scene.cases.cases["1"].issues == ("a", "b")
    assert scene.cases.calls["list_issue"] == 1


async def test_a_second_link_is_refused_and_names_the_case(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("2", CLOSED)

    with pytest.raises(AlreadyLinked, match="SHOP-1") as refusal:
        await scene.engine.desk.link("errors:a", "cases:2")

    assert refusal.value.case == "cases:1"
    assert scene.errors.writes == scene.cases.writes == 0


async def test_what_does_not_exist_is_not_linked(scene: Scene) -> None:
    await scene.start()
    scene.errors.put("a", FOR_REVIEW)

    with pytest.raises(NotFound, match="no case cases:9"):
        await scene.engine.desk.link("errors:a", "cases:9")
    with pytest.raises(NotFound, match="no issue errors:z"):
        await scene.engine.desk.link("errors:z", "cases:9")


async def test_unlinking_changes_nothing_else(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)

    await scene.engine.desk.unlink("errors:a")
    scene.errors.put("a", RESOLVED)
    heard = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert scene.cases.group("1") is OPEN
    assert scene.errors.writes == scene.cases.writes == 0
    event = await scene.event(heard)
    assert event["outcome"] == "ignored"
    assert "not linked" in event["reason"]


async def test_an_unlinked_issue_costs_no_call(scene: Scene) -> None:
    await scene.start()
    scene.errors.put("a", FOR_REVIEW)

    await scene.hear("errors", issue="a")
    await scene.quiet()

    assert not scene.errors.calls


@pytest.mark.parametrize(
    "error", [TransientError("errors: busy"), AmbiguousError("errors: cut off")]
)
async def test_a_write_that_failed_for_now_is_made_later(
    scene: Scene, error: TransientError
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.errors.fail("set_state", error)
    scene.cases.put("1", CLOSED)

    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    assert (await scene.event(delivery))["outcome"] is None
    assert sorted((scene.errors.state("a"), scene.errors.state("b"))) == [
        FOR_REVIEW,
        RESOLVED,
    ]

    await scene.pass_time(seconds=5)
    assert (scene.errors.state("a"), scene.errors.state("b")) == (RESOLVED, RESOLVED)
    assert scene.errors.calls["set_state"] == 3
    assert (await scene.event(delivery))["outcome"] == "applied"


async def test_a_write_that_arrived_without_its_answer_is_not_repeated(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.break_after("set_state", AmbiguousError("errors: cut off"))
    scene.cases.put("1", CLOSED)

    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    await scene.pass_time(seconds=5)

    assert scene.errors.calls["set_state"] == 1
    assert (await scene.event(delivery))["outcome"] == "applied"


async def test_a_newer_edit_wins_over_a_write_that_waits(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.errors.fail("set_state", *[TransientError("errors: busy")] * 2)
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="close")
    await scene.idle()

    scene.cases.put("1", IN_PROGRESS)
    await scene.pass_time(seconds=5)

    assert scene.cases.group("1") is IN_PROGRESS
    assert (scene.errors.state("a"), scene.errors.state("b")) == (REVIEWED, REVIEWED)


async def test_a_refused_write_is_dead_and_shows_as_drift(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("set_group", PermanentError("cases: not from Open to Closed"))
    scene.errors.put("a", RESOLVED)

    delivery = await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert scene.cases.calls["set_group"] == 1
    assert (await scene.event(delivery))["outcome"] == "dead"
    links = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=10
    )
    assert "not from Open to Closed" in links["items"][0]["drift"]
    dead = await scene.engine.desk.dead(cursor=None, limit=10)
    assert [letter["value"] for letter in dead["items"]] == ["CLOSED"]


async def test_drift_is_healed_by_the_next_allowed_change(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("set_group", PermanentError("cases: not from Open to Closed"))
    scene.errors.put("a", RESOLVED)
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()

    scene.errors.put("a", REVIEWED)
    await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert scene.cases.group("1") is IN_PROGRESS
    links = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=10
    )
    assert links["items"][0]["drift"] is None


async def test_a_tracker_that_forbids_is_asked_again_after_the_probe_time(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)
    scene.errors.fail("get_issue", ForbiddenError("errors: 403"))

    await scene.hear("errors", issue="a")
    await scene.idle()
    status = await scene.engine.desk.status()
    assert status["trackers"]["errors"]["problem"] == "errors: 403"
    assert not status["settled"]

    await scene.pass_time(seconds=31)
    assert scene.cases.group("1") is CLOSED
    status = await scene.engine.desk.status()
    assert status["trackers"]["errors"]["problem"] is None
    assert status["settled"]


async def test_failures_end_as_dead_after_the_deadline(scene: Scene) -> None:
    await scene.start(retry_for=timedelta(minutes=10))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("get_case", *[TransientError("cases: down")] * 50)

    delivery = await scene.hear("cases", case="1")
    await scene.idle()
    for _ in range(12):
        await scene.pass_time(minutes=6)

    event = await scene.event(delivery)
    assert event["outcome"] == "dead"
    assert "cases: down" in event["reason"]


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


async def test_a_case_that_is_gone_is_marked_and_never_recreated(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    del scene.cases.cases["1"]
    scene.errors.put("a", RESOLVED)

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert (await scene.event(delivery))["outcome"] == "ignored"
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert "no case 1" in links["items"][0]["gone"]
    assert scene.cases.writes == scene.errors.writes == 0


async def test_an_archived_case_is_left_alone_until_it_is_back(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("1", OPEN, withdrawn="archived")
    scene.errors.put("a", RESOLVED)
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    assert scene.cases.writes == 0

    scene.cases.put("1", OPEN)
    await scene.hear("cases", case="1", id="2")
    await scene.quiet()

    assert scene.cases.group("1") is CLOSED


async def test_an_issue_that_is_gone_is_marked_and_the_others_go_on(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    del scene.errors.issues["a"]
    scene.errors.put("b", RESOLVED)

    await scene.hear("errors", issue="b")
    await scene.quiet()

    assert scene.cases.group("1") is CLOSED
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert "no issue a" in links["items"][0]["gone"]


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


async def test_a_dry_run_writes_nothing_and_keeps_the_base(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    await scene.stop()
    scene.cases.put("1", CLOSED)

    await scene.start(is_dry=True)
    delivery = await scene.hear("cases", case="1")
    await scene.quiet()
    event = await scene.event(delivery)
    await scene.stop()

    assert scene.errors.state("a") is FOR_REVIEW
    assert event["dry_run"]
    assert [(a["value"], a["status"]) for a in event["actions"]] == [
        ("RESOLVED", "would")
    ]

    await scene.start(is_dry=False)
    await scene.hear("cases", case="1", id="again")
    await scene.quiet()
    assert scene.errors.state("a") is RESOLVED


async def test_a_plan_shows_what_would_be_done_and_does_nothing(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.put("1", CLOSED)

    for name in ("cases:1", "SHOP-1", "errors:a", "a"):
        plan = await scene.engine.desk.plan(name)
        assert [(a["target"], a["value"]) for a in plan["actions"]] == [
            ("errors:a", "RESOLVED")
        ]
        assert plan["base"]["case"]["status_group"] == "OPEN"
        assert plan["seen"]["case"]["status_group"] == "CLOSED"
    assert scene.errors.writes == 0


async def test_a_delivery_without_an_id_makes_the_bridge_look_around(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)

    delivery = await scene.hear("errors", kind="something")
    await scene.idle()
    await scene.quiet()

    assert scene.cases.group("1") is CLOSED
    assert (await scene.event(delivery))["outcome"] == "applied"


async def test_work_that_waits_survives_a_restart(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", TransientError("errors: busy"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1")
    await scene.idle()
    await scene.stop()

    await scene.start()
    await scene.pass_time(seconds=5)

    assert scene.errors.state("a") is RESOLVED
    assert (await scene.engine.desk.status())["settled"]

"""Comments on their way: once on the case, once on each other issue."""

from datetime import timedelta

import pytest

from bridge.domain.comment_places import CommentPolicy
from bridge.domain.comment_text import markers_in
from bridge.domain.model import State, StatusGroup
from bridge.domain.policy import Direction
from bridge.ports.errors import AmbiguousError, PermanentError, TransientError
from tests.engine.conftest import Scene

OPEN, FOR_REVIEW = StatusGroup.OPEN, State.FOR_REVIEW
CUT_OFF = AmbiguousError("cases: cut off")


@pytest.fixture
async def talk(scene: Scene) -> Scene:
    """A case with two issues, all of which can hold comments; a minute has passed."""
    scene.errors.join("ann", "ann@example.com")
    scene.cases.join("bob", "bob@example.com")
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.clock.advance(timedelta(minutes=1))
    return scene


async def hear(scene: Scene, number: int = 1) -> str:
    delivery = await scene.hear("cases", case="1", kind="case.comment", id=str(number))
    await scene.idle()
    return delivery


def copies(scene: Scene, text: str) -> list[int]:
    """How many copies of *text* are on the case and on the two issues."""
    everywhere = (
        scene.cases.texts("1"),
        scene.errors.texts("a"),
        scene.errors.texts("b"),
    )
    return [
        sum(text in said and bool(markers_in(said)) for said in there)
        for there in everywhere
    ]


async def test_a_comment_on_an_issue_appears_once_everywhere_else(talk: Scene) -> None:
    talk.errors.say("a", "it is the cache", "ann")

    for number in range(3):
        await hear(talk, number)
    await talk.quiet()

    assert copies(talk, "it is the cache") == [1, 0, 1]
    copy = talk.cases.texts("1")[0]
    assert "Ann" in copy
    assert "errors" in copy


async def test_a_comment_on_the_case_appears_on_every_issue(talk: Scene) -> None:
    talk.cases.say("1", "rolled back", "bob")
    await hear(talk)

    assert copies(talk, "rolled back") == [0, 1, 1]


async def test_without_fan_out_an_issues_comment_goes_to_its_case_alone(
    talk: Scene,
) -> None:
    talk.take(comments=CommentPolicy(fan_out=False))
    talk.errors.say("a", "only for the case", "ann")
    await hear(talk)

    assert copies(talk, "only for the case") == [1, 0, 0]


async def test_an_edit_updates_the_copies_and_a_deletion_deletes_them(
    talk: Scene,
) -> None:
    said = talk.errors.say("a", "first words", "ann")
    await hear(talk)
    talk.errors.reword("a", said.id, "second words")
    talk.clock.advance(timedelta(minutes=1))
    await hear(talk, 2)
    assert copies(talk, "second words") == [1, 0, 1]
    assert copies(talk, "first words") == [0, 0, 0]

    talk.errors.unsay("a", said.id)
    for number in range(3, 8):
        await talk.pass_time(seconds=20)
        await hear(talk, number)

    assert copies(talk, "words") == [0, 0, 0]


async def test_a_copy_whose_answer_was_lost_is_not_made_twice(talk: Scene) -> None:
    talk.cases.break_after("add_comment", CUT_OFF)
    talk.errors.say("a", "said once", "ann")

    await hear(talk)
    for _ in range(4):
        await talk.pass_time(seconds=15)
    await talk.quiet()

    assert copies(talk, "said once") == [1, 0, 1]


async def test_a_restart_between_the_call_and_its_record_makes_no_second_copy(
    talk: Scene,
) -> None:
    talk.cases.break_after("add_comment", CUT_OFF)
    talk.errors.say("a", "said once", "ann")
    await hear(talk)
    await talk.stop()

    await talk.start()
    for _ in range(4):
        await talk.pass_time(seconds=15)
    await talk.quiet()

    assert copies(talk, "said once") == [1, 0, 1]


async def test_a_refused_copy_is_dead_and_holds_back_nothing_else(talk: Scene) -> None:
    talk.cases.fail("add_comment", PermanentError("cases: too rude"))
    talk.errors.say("a", "rude words", "ann")
    talk.errors.put("a", State.RESOLVED)
    talk.errors.put("b", State.RESOLVED)

    delivery = await hear(talk)
    await talk.quiet()

    assert talk.cases.group("1") is StatusGroup.CLOSED
    assert copies(talk, "rude words") == [0, 0, 1]
    assert (await talk.event(delivery))["outcome"] == "dead"
    dead = await talk.engine.desk.dead(cursor=None, limit=9)
    assert [letter["kind"] for letter in dead["items"]] == ["create_comment"]
    assert "rude words" not in str(dead)


async def test_comments_that_cannot_be_read_hold_back_no_state(talk: Scene) -> None:
    talk.errors.fail("comments", TransientError("errors: busy"))
    talk.errors.say("a", "later words", "ann")
    talk.cases.put("1", StatusGroup.CLOSED)

    await hear(talk)
    assert talk.errors.state("a") is State.RESOLVED

    await talk.pass_time(seconds=30)
    await talk.quiet()
    assert copies(talk, "later words") == [1, 0, 1]


async def test_a_person_who_pastes_a_copy_is_heard(talk: Scene) -> None:
    talk.errors.say("a", "ok, fixed", "ann")
    await hear(talk)
    pasted = talk.cases.texts("1")[0]
    talk.clock.advance(timedelta(seconds=5))
    talk.cases.say("1", pasted, "bob")
    talk.cases.say("1", "ok", "bob")
    await hear(talk, 2)
    talk.clock.advance(timedelta(minutes=20))
    await hear(talk, 3)
    await talk.quiet()

    assert len(talk.errors.texts("a")) == 3
    assert len(talk.cases.texts("1")) == 3


@pytest.mark.parametrize("direction", Direction)
async def test_a_direction_keeps_comments_from_the_other_side(
    talk: Scene, direction: Direction
) -> None:
    talk.take(comments=CommentPolicy(direction=direction))
    talk.errors.say("a", "from an issue", "ann")
    talk.cases.say("1", "from the case", "bob")
    await hear(talk)
    await talk.quiet()

    assert copies(talk, "from an issue")[0] == direction.reaches_cases
    assert copies(talk, "from the case")[1] == direction.reaches_issues


async def test_a_dry_run_writes_no_copy_and_tells_of_it(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    await scene.stop()
    scene.clock.advance(timedelta(minutes=1))
    await scene.start(is_dry=True)
    scene.errors.say("a", "quiet words", "ann")

    delivery = await hear(scene)
    await scene.quiet()

    event = await scene.event(delivery)
    assert [(a["kind"], a["status"]) for a in event["actions"]] == [
        ("create_comment", "would")
    ]
    assert scene.cases.texts("1") == []
    assert "quiet words" not in str(event)


async def test_a_comment_without_a_webhook_is_found_by_the_timer(scene: Scene) -> None:
    await scene.start(poll_interval=timedelta(minutes=1))
    await scene.linked(OPEN, a=FOR_REVIEW)
    await scene.pass_time(minutes=2)
    scene.errors.say("a", "found by looking", "ann")

    for _ in range(3):
        await scene.pass_time(minutes=2)
        await scene.pass_time(seconds=2)

    assert len(scene.cases.texts("1")) == 1

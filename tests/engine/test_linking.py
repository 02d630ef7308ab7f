"""Linking and unlinking: what is done, what is refused, and what is left alone."""

import itertools
from datetime import timedelta

import pytest

from bridge.domain.model import Issue, IssueId, State, StatusGroup
from bridge.ports.errors import (
    AlreadyLinked,
    GoneError,
    NotFound,
)
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State


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


async def test_the_key_of_a_case_may_be_written_in_small_letters(scene: Scene) -> None:
    await scene.start()
    scene.cases.put("1", OPEN)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.put("b", FOR_REVIEW)

    unknown = await scene.engine.desk.link("errors:a", "cases:shop-1")
    known = await scene.engine.desk.link("errors:b", "cases:shop-1")

    assert (unknown["case"], known["case"]) == ("cases:1", "cases:1")


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


async def test_a_case_without_a_place_for_issues_is_synced_all_the_same(
    scene: Scene,
) -> None:
    await scene.start()
    scene.cases.fail("list_issue", GoneError("cases: 404 no such route"))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)
    await scene.hear("errors", issue="a", id="later")
    await scene.quiet()

    assert scene.cases.group("1") is CLOSED
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert (links["items"][0]["gone"], links["items"][0]["drift"]) == (None, None)


async def test_who_is_refused_because_of_a_link_that_is_gone_hears_the_way_out(
    scene: Scene,
) -> None:
    await scene.start()
    await scene.linked(StatusGroup.OPEN, a=State.FOR_REVIEW)
    scene.cases.put("1", StatusGroup.OPEN, withdrawn="archived")
    await scene.hear("cases", case="1")
    await scene.quiet()
    scene.cases.put("2", StatusGroup.OPEN)

    with pytest.raises(AlreadyLinked, match=r"archived\); `bridge unlink` frees"):
        await scene.engine.desk.link("errors:a", "cases:2")


async def test_what_is_unlinked_while_a_pass_reads_it_leaves_no_event_open(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.start(poll_interval=timedelta(minutes=1))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.put("a", RESOLVED)
    read, reads = scene.errors.get_issue, itertools.count(1)

    async def get_issue(issue: IssueId) -> Issue:
        found = await read(issue)
        if next(reads) == 2:
            await scene.engine.desk.unlink("errors:a")
        return found

    monkeypatch.setattr(scene.errors, "get_issue", get_issue)
    await scene.pass_time(minutes=2)
    await scene.pass_time(minutes=2)

    assert next(reads) > 2
    assert scene.cases.group("1") is OPEN
    page = await scene.engine.desk.events(case=None, cursor=None, limit=9)
    look = next(one for one in page["items"] if one["kind"] == "look")
    assert look["outcome"] == "ignored"
    assert [one["status"] for one in look["actions"]] != ["done"]
    assert [one["kind"] for one in page["items"] if not one["outcome"]] == []
    assert await scene.store.due() == []


@pytest.mark.parametrize("is_heard", [True, False])
async def test_an_issue_unlinked_while_a_pass_reads_it_gets_no_comment(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, is_heard: bool
) -> None:
    scene.errors.join("ann", "ann@example.com")
    scene.cases.join("bob", "bob@example.com")
    await scene.start(poll_interval=timedelta(minutes=1))
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.clock.advance(timedelta(seconds=30))
    scene.cases.say("1", "rolled back", "bob")
    scene.errors.say("a", "it is the cache", "ann")
    read, reads = scene.errors.get_issue, itertools.count(0 if is_heard else 1)

    async def get_issue(issue: IssueId) -> Issue:
        found = await read(issue)
        if issue == "errors:a" and next(reads) in (0, 2):
            await scene.engine.desk.unlink("errors:a")
        return found

    monkeypatch.setattr(scene.errors, "get_issue", get_issue)
    if is_heard:
        await scene.hear("cases", case="1", kind="case.comment", id="1")
        await scene.idle()
    else:
        await scene.pass_time(minutes=2)
        await scene.pass_time(minutes=2)

    assert scene.errors.texts("a") == ["it is the cache"]
    assert len(scene.errors.texts("b")) == 1
    assert "it is the cache" not in "".join(scene.cases.texts("1"))

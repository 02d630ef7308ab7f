"""A case for an issue: by hand, by rule, by backfill; one, whatever happens."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.creation import marker_of
from bridge.domain.model import IssueId, State, StatusGroup, TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from bridge.engine.current import Choices
from bridge.ports.errors import (
    AlreadyLinked,
    AmbiguousError,
    NotFound,
    PermanentError,
    TransientError,
    Unclear,
)
from bridge.ports.trackers import Ability
from tests.engine.conftest import Scene

OPEN, IN_PROGRESS, CLOSED = StatusGroup
FOR_REVIEW, REVIEWED, RESOLVED, IGNORED, EXCLUDED = State
CASES = TrackerName("cases")
DEFAULT = Default(CASES, {CASES: "ET"})
BY_HAND = Ruleset((Rule("store", parse("service:web-store"), "SHOP"),), DEFAULT)
AUTO = Ruleset(
    (Rule("store", parse("service:web-store"), "SHOP", auto_create=True),), DEFAULT
)
BUSY = TransientError("cases: busy")
CUT_OFF = AmbiguousError("cases: cut off")


async def ruled(scene: Scene, rules: Ruleset, **options: object) -> None:
    """The engine with *rules* in force from its start."""
    scene.rules = rules
    await scene.start(**options)


def new_issue(scene: Scene, name: str, state: State = FOR_REVIEW) -> None:
    scene.errors.put(name, state)
    scene.errors.tell(name, service="web-store")


def made(scene: Scene) -> list[str]:
    return [name for name in scene.cases.cases if name.startswith("made-")]


@pytest.mark.parametrize("state", State)
async def test_a_case_created_by_hand_is_in_progress_and_the_issue_reviewed(
    scene: Scene, state: State
) -> None:
    await ruled(scene, BY_HAND)
    new_issue(scene, "a", state)

    link = await scene.engine.desk.create("errors:a", None)
    await scene.quiet()

    case = scene.cases.cases["made-1"]
    assert (case.group, case.project) == (IN_PROGRESS, "SHOP")
    assert scene.errors.state("a") is REVIEWED
    assert case.issues == ("a",)
    assert case.title == "Error a"
    assert marker_of(IssueId("errors:a")) in case.description
    assert (link["case"], link["case_key"]) == ("cases:made-1", case.key)


@pytest.mark.parametrize(
    ("service", "given", "project"),
    [("web-store", "X", "SHOP"), ("other", "X", "X"), ("other", None, "ET")],
    ids=["the first rule that matches", "else the given one", "else the default"],
)
async def test_the_project_of_a_case_created_by_hand(
    scene: Scene, service: str, given: str | None, project: str
) -> None:
    await ruled(scene, BY_HAND)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.tell("a", service=service)

    await scene.engine.desk.create("errors:a", given)

    assert scene.cases.cases["made-1"].project == project


async def test_an_issue_with_a_case_is_refused_and_its_case_named(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    await scene.linked(OPEN, a=FOR_REVIEW)

    with pytest.raises(AlreadyLinked, match="SHOP-1"):
        await scene.engine.desk.create("errors:a", None)

    assert scene.cases.writes == 0


async def test_what_cannot_be_created_is_refused_before_anything_is_kept(
    scene: Scene,
) -> None:
    await ruled(scene, Ruleset((), Default(CASES)))
    scene.errors.put("a", FOR_REVIEW)

    with pytest.raises(NotFound, match="no issue errors:z"):
        await scene.engine.desk.create("errors:z", None)
    with pytest.raises(Unclear, match="no project"):
        await scene.engine.desk.create("errors:a", None)

    assert await scene.store.creation(IssueId("errors:a")) is None


async def test_a_refused_creation_leaves_the_issue_free(scene: Scene) -> None:
    await ruled(scene, BY_HAND)
    new_issue(scene, "a")
    scene.cases.fail("create_case", PermanentError("cases: no such project"))

    with pytest.raises(PermanentError, match="no such project"):
        await scene.engine.desk.create("errors:a", None)
    await scene.quiet()
    await scene.engine.desk.create("errors:a", None)

    assert len(made(scene)) == 1


async def test_asking_many_times_at_once_makes_one_case(scene: Scene) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")

    asked = [scene.engine.desk.create("errors:a", None) for _ in range(5)]
    heard = [scene.hear("errors", issue="a", id=str(n)) for n in range(5)]
    answers = await asyncio.gather(*asked, *heard, return_exceptions=True)
    await scene.quiet()

    assert len(made(scene)) == 1
    refused = [a for a in answers if isinstance(a, BaseException)]
    assert all(isinstance(each, AlreadyLinked) for each in refused)


async def test_a_new_issue_gets_its_case_by_rule(scene: Scene) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert len(made(scene)) == 1
    assert scene.errors.state("a") is REVIEWED
    event = await scene.event(delivery)
    assert (event["outcome"], event["key"]) == ("applied", "cases:made-1")


async def test_a_new_issue_without_a_webhook_is_found_by_search(scene: Scene) -> None:
    await ruled(scene, AUTO, poll_interval=timedelta(minutes=1))
    scene.clock.advance(timedelta(minutes=1))
    new_issue(scene, "a")

    await scene.pass_time(minutes=2)
    await scene.until(lambda: len(made(scene)) == 1)
    await scene.quiet()

    searches = scene.errors.calls["find_issues"]
    await scene.pass_time(minutes=2)
    await scene.until(lambda: scene.errors.calls["find_issues"] > searches)
    await scene.quiet()
    assert len(made(scene)) == 1


async def test_an_issue_that_matches_no_rule_is_read_once(scene: Scene) -> None:
    await ruled(scene, AUTO)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.tell("a", service="other")

    for number in range(3):
        delivery = await scene.hear("errors", issue="a", id=str(number))
        await scene.quiet()

    assert scene.errors.calls["get_issue"] == 1
    event = await scene.event(delivery)
    assert (event["outcome"], event["reason"]) == ("ignored", "no rule matches it")
    assert made(scene) == []


async def test_an_issue_older_than_the_watch_is_left_to_backfill(scene: Scene) -> None:
    new_issue(scene, "a")
    scene.clock.advance(timedelta(days=1))
    await ruled(scene, AUTO)

    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()

    assert made(scene) == []
    assert "backfill" in (await scene.event(delivery))["reason"]


async def test_a_storm_is_held_back_and_its_rest_comes_later(scene: Scene) -> None:
    await ruled(scene, AUTO, max_cases_per_hour=2)
    for number in range(5):
        new_issue(scene, f"n{number}")
        await scene.hear("errors", issue=f"n{number}", id=str(number))
    await scene.idle()
    assert len(made(scene)) == 2
    assert (await scene.engine.desk.status())["waiting"] == 3

    await scene.pass_time(minutes=61)
    assert len(made(scene)) == 4
    await scene.pass_time(minutes=61)
    assert len(made(scene)) == 5


async def test_a_create_without_an_answer_is_found_and_not_repeated(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    scene.cases.break_after("create_case", CUT_OFF)

    await scene.hear("errors", issue="a")
    await scene.idle()
    await scene.pass_time(seconds=5)
    await scene.quiet()

    assert len(made(scene)) == 1
    assert scene.errors.state("a") is REVIEWED


async def test_a_search_that_lags_two_minutes_makes_no_second_case(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    scene.cases.search_lag = timedelta(minutes=2)
    scene.cases.break_after("create_case", CUT_OFF)

    await scene.hear("errors", issue="a")
    await scene.idle()
    for _ in range(30):
        await scene.pass_time(seconds=10)
    await scene.quiet()

    assert len(made(scene)) == 1
    assert scene.errors.state("a") is REVIEWED


async def test_a_create_that_never_arrived_is_made_once_the_search_is_sure(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    scene.cases.fail("create_case", CUT_OFF)

    await scene.hear("errors", issue="a")
    await scene.idle()
    await scene.pass_time(seconds=60)
    assert made(scene) == []
    for _ in range(20):
        await scene.pass_time(seconds=20)
    await scene.quiet()

    assert len(made(scene)) == 1


async def test_a_failed_search_stops_the_creation(scene: Scene) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    scene.cases.fail("find_cases", BUSY)

    await scene.hear("errors", issue="a")
    await scene.idle()
    assert made(scene) == []

    await scene.pass_time(seconds=5)
    assert len(made(scene)) == 1


async def test_what_cannot_be_searched_is_parked_for_an_operator(scene: Scene) -> None:
    scene.cases.abilities -= {Ability.SEARCH}
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    scene.cases.fail("create_case", CUT_OFF)

    delivery = await scene.hear("errors", issue="a")
    await scene.idle()
    await scene.pass_time(seconds=5)
    await scene.quiet()

    assert (await scene.event(delivery))["outcome"] == "parked"
    dead = await scene.engine.desk.dead(cursor=None, limit=10)
    assert marker_of(IssueId("errors:a")) in dead["items"][0]["reason"]
    assert scene.cases.calls["create_case"] == 1


async def test_a_crash_between_create_and_link_is_made_good(scene: Scene) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    scene.cases.break_after("create_case", CUT_OFF)
    await scene.hear("errors", issue="a")
    await scene.idle()
    await scene.stop()

    await ruled(scene, AUTO)
    await scene.pass_time(seconds=5)
    await scene.quiet()

    assert len(made(scene)) == 1
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert links["items"][0]["case"] == "cases:made-1"


async def test_a_link_by_hand_waits_while_a_case_is_being_created(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    new_issue(scene, "a")
    scene.cases.put("1", OPEN)
    scene.cases.fail("create_case", CUT_OFF)
    await scene.hear("errors", issue="a")
    await scene.idle()

    with pytest.raises(AlreadyLinked, match="being created"):
        await scene.engine.desk.link("errors:a", "cases:1")


async def test_a_dry_run_creates_nothing_and_the_first_live_one_does(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO, is_dry=True)
    scene.clock.advance(timedelta(seconds=1))
    new_issue(scene, "a")
    delivery = await scene.hear("errors", issue="a")
    await scene.quiet()
    event = await scene.event(delivery)
    assert "would create a case in SHOP" in event["reason"]
    assert (scene.errors.writes, scene.cases.writes) == (0, 0)
    with pytest.raises(Unclear, match="dry run"):
        await scene.engine.desk.create("errors:a", None)
    await scene.stop()

    await ruled(scene, AUTO, is_dry=False)
    await scene.quiet()

    assert len(made(scene)) == 1


async def test_a_case_that_the_tracker_has_already_is_adopted(scene: Scene) -> None:
    await ruled(scene, AUTO)
    scene.cases.put("7", CLOSED)
    scene.errors.put("a", RESOLVED)
    scene.errors.tell("a", service="web-store", native_case="7")

    await scene.hear("errors", issue="a")
    await scene.quiet()

    assert made(scene) == []
    links = await scene.engine.desk.links(case=None, issue="a", cursor=None, limit=1)
    assert (links["items"][0]["case"], links["items"][0]["native"]) == ("cases:7", True)
    assert (scene.errors.writes, scene.cases.writes) == (0, 0)


async def test_an_issue_that_the_case_shows_is_adopted_as_a_newcomer(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    await scene.linked(CLOSED, a=RESOLVED)
    scene.errors.put("b", FOR_REVIEW)
    shown = scene.cases.cases["1"]
    scene.cases.cases["1"] = replace(shown, issues=(*shown.issues, "b", "stranger"))

    await scene.hear("cases", case="1", id="shown")
    await scene.quiet()

    assert scene.errors.state("b") is RESOLVED
    links = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=9
    )
    assert [item["issue"] for item in links["items"]] == ["errors:a", "errors:b"]


async def test_what_a_person_unlinked_is_not_adopted_again(scene: Scene) -> None:
    await ruled(scene, BY_HAND)
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)

    await scene.engine.desk.unlink("errors:b")
    await scene.hear("cases", case="1", id="again")
    await scene.quiet()

    links = await scene.engine.desk.links(
        case="cases:1", issue=None, cursor=None, limit=9
    )
    assert [item["issue"] for item in links["items"]] == ["errors:a"]


async def test_a_pair_that_the_tracker_syncs_is_written_at_the_second_look_only(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    scene.cases.put("7", OPEN)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.tell("a", native_case="7")
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()

    scene.errors.put("a", RESOLVED)
    scene.errors.tell("a", native_case="7")
    await scene.hear("errors", issue="a", id="2")
    await scene.idle()
    assert scene.cases.writes == 0

    await scene.pass_time(seconds=11)
    assert scene.cases.group("7") is CLOSED


async def test_a_pair_that_the_tracker_settles_itself_is_not_written(
    scene: Scene,
) -> None:
    await ruled(scene, AUTO)
    scene.cases.put("7", OPEN)
    scene.errors.put("a", FOR_REVIEW)
    scene.errors.tell("a", native_case="7")
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()

    scene.errors.put("a", RESOLVED)
    scene.errors.tell("a", native_case="7")
    await scene.hear("errors", issue="a", id="2")
    await scene.idle()
    scene.cases.put("7", CLOSED)
    await scene.pass_time(seconds=11)
    await scene.quiet()

    assert (scene.errors.writes, scene.cases.writes) == (0, 0)


async def backfilled(scene: Scene) -> None:
    async with asyncio.timeout(20):
        while (await scene.engine.desk.backfill_progress())["under_way"]:
            await scene.pass_time(seconds=1)


async def test_backfill_gives_each_issue_that_a_rule_wants_its_one_case(
    scene: Scene,
) -> None:
    for number in range(30):
        new_issue(scene, f"old-{number}")
    for number in range(5):
        scene.errors.put(f"other-{number}", FOR_REVIEW)
    scene.cases.put("7", OPEN)
    scene.errors.tell("old-0", service="web-store", native_case="7")
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO, max_cases_per_hour=1)
    preview = await scene.engine.desk.backfill(None, is_dry=True)
    assert (preview["would_create"], preview["linked"]) == (29, 1)
    assert made(scene) == []

    await scene.engine.desk.backfill(None)
    with pytest.raises(Unclear, match="under way"):
        await scene.engine.desk.backfill(None)
    await scene.idle()
    await scene.stop()
    await ruled(scene, AUTO)
    await backfilled(scene)
    await scene.quiet()

    assert len(made(scene)) == 29
    await scene.engine.desk.backfill(None)
    await backfilled(scene)
    await scene.quiet()
    assert len(made(scene)) == 29


async def test_a_backfill_whose_search_fails_stops_and_goes_on_later(
    scene: Scene,
) -> None:
    new_issue(scene, "old")
    scene.clock.advance(timedelta(days=2))
    await ruled(scene, AUTO)
    await scene.until(lambda: scene.errors.calls["find_issues"] == 1)
    scene.errors.fail("find_issues", BUSY)

    await scene.engine.desk.backfill(None)
    await scene.until(lambda: bool(scene.engine.backfill.problem))
    assert scene.engine.backfill.problem == "cases: busy"
    assert made(scene) == []

    await scene.pass_time(minutes=1)
    await backfilled(scene)
    await scene.quiet()
    assert len(made(scene)) == 1


async def test_rules_that_change_are_one_version_for_each_decision(
    scene: Scene,
) -> None:
    await ruled(scene, BY_HAND)
    new_issue(scene, "a")
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    assert made(scene) == []

    scene.engine.reload(Choices(scene.options, "2", AUTO))
    await scene.hear("errors", issue="a", id="2")
    await scene.quiet()

    assert len(made(scene)) == 1

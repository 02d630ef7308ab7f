"""What people look at: cases as they stand, rules at work, the pulse, abilities."""

from dataclasses import replace

import pytest

from bridge.domain.model import IssueId, State, StatusGroup, TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from bridge.ports.commits import Commit
from bridge.ports.errors import NotFound, PermanentError, Unclear
from bridge.ports.sightings import Sighting
from tests.engine.conftest import Scene

OPEN = StatusGroup.OPEN
FOR_REVIEW, RESOLVED = State.FOR_REVIEW, State.RESOLVED


async def test_a_case_tells_both_sides_and_what_was_agreed(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    desk = scene.engine.desk
    listed = await desk.overview.cases(text="", standing="", cursor=None, limit=5)
    (row,) = listed["items"]

    told = await desk.case(row["case"])

    assert [issue["issue"] for issue in told["issues"]] == ["errors:a", "errors:b"]
    assert told["status_group"] == "OPEN"
    assert told["base"]["case"]["status_group"] == "OPEN"
    assert told["base"]["issues"]["errors:a"]["state"] == "FOR_REVIEW"
    assert told["dead"] == []
    assert told["due"] is False
    with pytest.raises(NotFound):
        await desk.case("cases:nowhere")


async def test_what_cases_are_narrowed_by_must_be_known(scene: Scene) -> None:
    await scene.start()
    overview = scene.engine.desk.overview

    with pytest.raises(Unclear, match="drifted, paused"):
        await overview.cases(text="", standing="odd", cursor=None, limit=5)
    for cursor in ("x", "1", ":cases:1", "9" * 18 + ":cases:1"):
        with pytest.raises(Unclear, match="cursor"):
            await overview.cases(text="", standing="", cursor=cursor, limit=5)


async def test_events_are_narrowed_to_a_tracker_and_an_outcome(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    desk = scene.engine.desk

    async def listed(**which: str) -> int:
        told = await desk.events(case=None, cursor=None, limit=9, **which)
        return len(told["items"])

    everything = await listed()
    assert await listed(outcome="applied") == everything == 1
    assert await listed(outcome="dead") == 0
    assert await listed(tracker="cases") + await listed(tracker="errors") == 1
    with pytest.raises(Unclear, match="cases, errors"):
        await listed(tracker="nope")
    with pytest.raises(Unclear, match="pending"):
        await listed(outcome="nope")


async def test_the_pulse_counts_what_ended_and_how_long_the_oldest_waits(
    scene: Scene,
) -> None:
    await scene.start()
    quiet = await scene.engine.desk.overview.pulse()
    await scene.linked(OPEN, a=FOR_REVIEW)
    busy = await scene.engine.desk.overview.pulse()

    assert (quiet["lag"], sum(quiet["ended"])) == (0.0, 0)
    assert len(busy["ended"]) == 60
    assert sum(busy["ended"]) > 0
    assert await scene.engine.desk.overview.newest()
    assert busy["oldest_pending"] is None


async def test_rules_tell_what_each_decides(scene: Scene) -> None:
    cases = TrackerName("cases")
    scene.rules = Ruleset(
        (
            Rule("web", parse("service:web"), "SHOP", auto_create=True),
            Rule("web again", parse("service:web env:prod"), "ET"),
        ),
        Default(cases, {cases: "ET"}),
    )
    await scene.start()
    seen = Sighting(IssueId("errors:0"), scene.clock.now())
    await scene.store.commit(
        Commit(
            sightings=[
                replace(
                    seen,
                    issue=IssueId(f"errors:{n}"),
                    attributes={"service": ("web" if n % 2 else "else",)},
                )
                for n in range(301)
            ]
        )
    )

    told = await scene.engine.desk.overview.rules()

    web, again = told["rules"]
    assert (web["match"], web["meets"], web["warning"]) == ("service:web", 150, None)
    assert again["meets"] == 0
    assert "web" in again["warning"]
    assert told["default"]["meets"] == 151
    assert told["default"]["project"] == "ET"
    assert (told["recorded"], told["is_all"]) == (301, True)


async def test_a_case_that_drifts_has_its_dead_letters_told(scene: Scene) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("set_group", PermanentError("no such status"))
    scene.errors.put("a", RESOLVED)
    await scene.hear("errors", issue="a", id="1")
    await scene.quiet()
    desk = scene.engine.desk

    told = await desk.case("cases:1")
    drifted = await desk.overview.cases(
        text="", standing="drifted", cursor=None, limit=5
    )

    assert [letter["reason"] for letter in told["dead"]] == ["no such status"]
    assert [row["case"] for row in drifted["items"]] == ["cases:1"]

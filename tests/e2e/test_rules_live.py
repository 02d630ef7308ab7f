"""What rules say when they are tried is what they do when they are at work."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.model import IssueId, State, TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from tests.engine.conftest import Scene

RULES = Ruleset(
    (
        Rule("store", parse("service:web-store -team:Shopist"), "P1", auto_create=True),
        Rule("api", parse("service:web-store OR team:Shopist service:api"), "P2"),
        Rule("quoted", parse('message:"it\'s broken"'), "P3", auto_create=True),
        Rule("rest", parse("-service:lo*t"), "P4", auto_create=True),
    ),
    Default(TrackerName("cases"), {TrackerName("cases"): "ET"}),
)
SERVICES = ("web-store", "WEB-STORE", "api", "web*", "lost", "")
TEAMS = ((), ("Shopist",), ("shopist", "Platform"))
MESSAGES = ("it's all broken", "it's broken", "")


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(tmp_path / "bridge.db")
    yield made
    await made.stop()


async def test_rules_tried_and_rules_at_work_name_the_same_rule_and_project(
    scene: Scene,
) -> None:
    scene.rules = RULES
    await scene.start(max_cases_per_hour=1000)
    told, done = {}, {}
    for number, (service, teams, message) in enumerate(
        itertools.product(SERVICES, TEAMS, MESSAGES)
    ):
        name = f"issue-{number}"
        given = {"service": (service,), "team": teams, "message": (message,)}
        attributes = {key: values for key, values in given.items() if any(values)}
        scene.errors.put(name, State.FOR_REVIEW)
        found = scene.errors.issues[name]
        scene.errors.issues[name] = replace(found, attributes=attributes)
        tried = await scene.engine.desk.rules_test(f"errors:{name}")
        place = (tried["rule"], tried["cases"], tried["project"])
        told[name] = place if tried["auto_create"] else None
    assert scene.errors.writes == scene.cases.writes == 0
    assert await scene.store.sightings() == []

    for name in told:
        await scene.hear("errors", issue=name)
    await scene.quiet()

    for name in told:
        made = await scene.store.creation(IssueId(f"errors:{name}"))
        done[name] = (made.rule, made.tracker, made.project) if made else None
    assert done == told
    assert {place[0] for place in told.values() if place} == {"store", "quoted", "rest"}
    assert None in told.values()

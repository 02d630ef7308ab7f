"""The routes that try rules."""

from typing import Any

import httpx
import pytest

from bridge.domain.model import TrackerName
from bridge.domain.query_parser import parse
from bridge.domain.routing import Default, Rule, Ruleset
from tests.web.fakes import PaperDesk

RULE = {"name": "a", "match": "team:a", "project": "A", "auto_create": True}


async def test_an_issue_is_tried_by_its_id(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    answer = await client.post("/api/v1/rules/test", json={"issue": "errors:1"})

    assert (answer.status_code, answer.json()["rule"]) == (200, "web")
    assert desk.asked == {"issue": "errors:1", "rules": None}


INLINE: dict[str, tuple[dict[str, Any], dict[str, tuple[str, ...]]]] = {
    "nothing": ({}, {}),
    "texts": (
        {"service": "web", "env": "prod"},
        {"service": ("web",), "env": ("prod",)},
    ),
    "lists": ({"teams": ["a", "b"]}, {"team": ("a", "b")}),
    "a plural as text": ({"languages": "go"}, {"language": ("go",)}),
    "singular names": (
        {"team": ["a"], "tag": ["x:y"]},
        {"team": ("a",), "tag": ("x:y",)},
    ),
    "a title": ({"title": "T", "type": "E"}, {"type": ("E",)}),
    "tags as an object": (
        {"tags": {"env": "prod", "zone": ["a", "b"], "vip": None, "n": 5}},
        {"tag": ("env:prod", "zone:a", "zone:b", "vip", "n:5")},
    ),
    "empty values": ({"service": "", "teams": [], "env": None}, {}),
}


@pytest.mark.parametrize(("told", "attributes"), INLINE.values(), ids=INLINE)
async def test_an_issue_told_in_full_is_tried(
    client: httpx.AsyncClient,
    desk: PaperDesk,
    told: dict[str, Any],
    attributes: dict[str, tuple[str, ...]],
) -> None:
    answer = await client.post("/api/v1/rules/test", json={"issue": told})

    assert answer.status_code == 200
    assert desk.asked["issue"] == attributes


async def test_other_rules_are_tried(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    asked = {
        "issue": {},
        "rules": [RULE],
        "default": {"tracker": "cases", "projects": {"cases": "X"}},
    }

    await client.post("/api/v1/rules/test", json=asked)

    assert desk.asked["rules"] == Ruleset(
        (Rule("a", parse("team:a"), "A", auto_create=True),),
        Default(TrackerName("cases"), {TrackerName("cases"): "X"}),
    )


async def test_recorded_issues_are_tried_page_by_page(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    asked = {"against": {"rules": [RULE]}, "cursor": "errors:0", "limit": 5}

    answer = await client.post("/api/v1/rules/recorded", json=asked)

    assert answer.json()["items"][0]["changed"] is True
    assert desk.asked == {
        "against": Ruleset((Rule("a", parse("team:a"), "A", auto_create=True),)),
        "cursor": "errors:0",
        "limit": 5,
    }


async def test_recorded_issues_are_read_on_as_other_lists_are(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    path = "/api/v1/rules/recorded"
    await client.post(f"{path}?cursor=errors:0&limit=5", json={"limit": 9})
    told = {"against": None, "cursor": "errors:0", "limit": 5}
    assert desk.asked == told

    await client.post(f"{path}?cursor=errors:0", json={"limit": 9})
    assert desk.asked == told | {"limit": 9}
    assert (await client.post(f"{path}?page=2", json={})).status_code == 400


async def test_a_query_that_cannot_be_read_is_shown_with_its_column(
    client: httpx.AsyncClient,
) -> None:
    wrong = {**RULE, "match": "team:a AND"}

    answer = await client.post(
        "/api/v1/rules/test", json={"issue": {}, "rules": [RULE, wrong]}
    )

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["column"] == 11
    assert problem["detail"].startswith(
        "rules.1.match: column 11: something is missing at the end"
    )


@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        ("test", {}, "issue: "),
        ("test", {"issue": {"owner": "x"}}, "issue.inline.owner: "),
        ("test", {"issue": {"service": 1}}, "issue.inline.service: "),
        ("test", {"issue": 5}, "issue.inline: "),
        ("test", {"issue": ""}, "issue.id: "),
        ("test", {"issue": {"tags": {"a": {"b": "c"}}}}, "issue.inline.tags: "),
        ("test", {"issue": {"tags": 5}}, "issue.inline.tags: "),
        ("test", {"issue": {}, "rules": [{"match": ""}]}, "rules.0.name: "),
        ("recorded", {"limit": 0}, "limit: "),
        ("recorded", {"against": [RULE]}, "against: "),
        ("recorded", [], ""),
    ],
)
async def test_a_question_that_does_not_fit_is_refused(
    client: httpx.AsyncClient, path: str, asked: Any, said: str
) -> None:
    answer = await client.post(f"/api/v1/rules/{path}", json=asked)

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(said)

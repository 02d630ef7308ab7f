"""Issues searched for, and how what is wrong is worded."""

from typing import Any

import aiohttp
import pytest

from bridge.sandbox import Sandbox
from bridge.sandbox.world import World
from tests.sandbox.conftest import HandClock, Official

_ISSUES = "/api/v2/error-tracking/issues"
_ALL_TIME = {"from": 0, "to": 4_000_000_000_000, "persona": "ALL"}


def _search(**asked: Any) -> dict[str, Any]:
    attributes = {**_ALL_TIME, "query": "", **asked}
    return {"data": {"type": "search_request", "attributes": attributes}}


async def _found(http: aiohttp.ClientSession, **asked: Any) -> list[str]:
    async with http.post(f"{_ISSUES}/search", json=_search(**asked)) as answer:
        assert answer.status == 200, await answer.text()
        return [item["id"] for item in (await answer.json(content_type=None))["data"]]


async def test_the_official_client_searches(official: Official, world: World) -> None:
    body = _search()
    answer = await official(
        lambda api: api.issues.search_issues(body, include=["issue"])
    )

    assert {item.relationships.issue.data.id for item in answer.data} == set(
        world.issues
    )
    assert {str(item.type) for item in answer.included} == {"issue"}


async def test_search_finds_at_most_100_newest_first(
    http: aiohttp.ClientSession, sandbox: Sandbox, clock: HandClock
) -> None:
    for _ in range(120):
        clock.advance(1)
        newest = sandbox.people.new_issue(service="crowd").id

    found = await _found(http, query="service:crowd", order_by="FIRST_SEEN")

    assert len(found) == 100
    assert found[0] == newest


async def test_search_filters_by_service_state_team_and_window(
    http: aiohttp.ClientSession, sandbox: Sandbox, clock: HandClock
) -> None:
    people = sandbox.people
    team = next(iter(sandbox.world.teams))
    one = people.new_issue(service="here", teams=(team,)).id
    other = people.new_issue(service="there").id
    people.set_issue_state(other, "RESOLVED")
    seen = sandbox.world.issue(one).first_seen // 1_000_000

    assert await _found(http, query="service:here team:Shopist") == [one]
    assert await _found(http, query='-service:here "something broke"') == [other]
    assert await _found(http, query="service:*here", states=["RESOLVED"]) == [other]
    assert await _found(http, query="service:here", to=seen) == []
    assert await _found(http, query="service:here", to=seen + 1) == [one]
    assert await _found(http, query="service:here", **{"from": seen + 1}) == []


async def test_search_includes_issues_when_asked(
    http: aiohttp.ClientSession, world: World
) -> None:
    include = "issue,issue.assignee,issue.case,issue.team_owners"
    async with http.post(
        f"{_ISSUES}/search", params={"include": include}, json=_search()
    ) as answer:
        body = await answer.json(content_type=None)

    kinds = [item["type"] for item in body["included"]]
    assert kinds.count("issue") == len(world.issues) == len(body["data"])
    assert "team" in kinds


@pytest.mark.parametrize(
    ("request_line", "body", "status", "detail"),
    [
        (
            ("GET", "/67d80aa3-36ff-44b9-a694-c501a7591737"),
            None,
            404,
            "issue not found",
        ),
        (("GET", "/nonsense"), None, 400, "issue id is not an uuid"),
        (
            ("POST", "/search"),
            _search(persona=None),
            400,
            "track or persona must be provided",
        ),
        (
            ("POST", "/search"),
            _search(persona=None, track="invalid-track"),
            400,
            "invalid json value for TrackType: invalid-track",
        ),
        (
            ("PUT", "/67d80aa3-36ff-44b9-a694-c501a7591737/state"),
            {
                "data": {
                    "type": "error_tracking_issue",
                    "attributes": {"state": "invalid-state"},
                }
            },
            400,
            'invalid json value for IssueState: "invalid-state"',
        ),
        (
            ("PUT", "/67d80aa3-36ff-44b9-a694-c501a7591737/assignee"),
            {"data": {"type": "assignee", "id": "invalid-id"}},
            400,
            "invalid UUID length: 10",
        ),
    ],
)
async def test_errors_are_worded_as_recorded(
    http: aiohttp.ClientSession,
    request_line: tuple[str, str],
    body: Any,
    status: int,
    detail: str,
) -> None:
    method, path = request_line
    async with http.request(method, _ISSUES + path, json=body) as answer:
        assert answer.status == status
        assert answer.content_type == "application/vnd.api+json"
        error = (await answer.json(content_type=None))["errors"][0]

    assert error["detail"] == detail
    assert error["status"] == str(status)

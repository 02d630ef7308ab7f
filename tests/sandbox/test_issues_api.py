"""Error Tracking, driven by Datadog's own client and its models."""

from typing import Any

import aiohttp
import pytest
from datadog_api_client.exceptions import ApiTypeError

from bridge.sandbox import Sandbox
from bridge.sandbox.records import IssueState
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


def _state(issue: str, state: str) -> dict[str, Any]:
    attributes = {"state": state}
    data = {"type": "error_tracking_issue", "id": issue, "attributes": attributes}
    return {"data": data}


async def test_the_official_client_reads_an_issue_with_its_people(
    official: Official, sandbox: Sandbox
) -> None:
    issue = next(iter(sandbox.world.issues))
    ann = next(u for u in sandbox.world.users.values() if u.name.startswith("Ann"))
    sandbox.people.assign_issue(issue, ann.id)
    case = sandbox.people.new_case(
        project="ET", title="native", type_id="00000000-0000-0000-0000-000000000005"
    )
    sandbox.people.set_native_case(issue, case.id)

    include = ["assignee", "case", "team_owners"]

    answer = await official(lambda api: api.issues.get_issue(issue, include=include))

    assert answer.data.id == issue
    assert answer.data.relationships.case.data.id == case.id
    kinds = {str(item.type): item for item in answer.included}
    assert set(kinds) == {"user", "case", "team"}
    assert kinds["user"].attributes.email == "ann@example.com"
    assert kinds["case"].attributes.key == case.key


async def test_the_official_client_sets_a_state(
    official: Official, world: World
) -> None:
    issue = next(iter(world.issues))

    answer = await official(
        lambda api: api.issues.update_issue_state(issue, _state(issue, "IGNORED"))
    )

    assert str(answer.data.attributes.state) == "IGNORED"
    assert world.issue(issue).state is IssueState.IGNORED
    assert [(w.method, w.status, w.has_changed) for w in world.writes] == [
        ("PUT", 200, True)
    ]


async def test_the_official_client_searches(official: Official, world: World) -> None:
    body = _search()
    answer = await official(
        lambda api: api.issues.search_issues(body, include=["issue"])
    )

    assert {item.relationships.issue.data.id for item in answer.data} == set(
        world.issues
    )
    assert {str(item.type) for item in answer.included} == {"issue"}


async def test_the_official_client_sends_nothing_malformed(
    official: Official, world: World
) -> None:
    """So what the other tests send has passed through its models."""
    with pytest.raises(ApiTypeError):
        await official(lambda api: api.issues.update_issue_state("x", {"data": 1}))

    assert world.writes == []


async def test_the_same_state_again_changes_nothing(
    official: Official, world: World
) -> None:
    issue = next(iter(world.issues))
    body = _state(issue, world.issue(issue).state.value)

    await official(lambda api: api.issues.update_issue_state(issue, body))

    assert [w.has_changed for w in world.writes] == [False]


async def test_the_official_client_assigns_and_unassigns(
    official: Official, world: World
) -> None:
    issue, bob = next(iter(world.issues)), list(world.users)[2]
    body = {"data": {"type": "assignee", "id": bob}}

    answer = await official(lambda api: api.issues.update_issue_assignee(issue, body))
    assert answer.data.relationships.assignee.data.id == bob

    await official(lambda api: api.issues.delete_issue_assignee(issue))
    assert world.issue(issue).assignee is None


async def test_an_unnameable_assignee_is_taken(
    http: aiohttp.ClientSession, world: World
) -> None:
    issue = next(iter(world.issues))
    stranger = "87cb11a0-278c-440a-99fe-701223c80296"
    body = {"data": {"type": "assignee", "id": stranger}}

    async with http.put(f"{_ISSUES}/{issue}/assignee", json=body) as answer:
        included = (await answer.json(content_type=None))["included"]

    assert included == [
        {
            "id": stranger,
            "type": "user",
            "attributes": {"email": "", "handle": "", "name": ""},
        }
    ]


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


async def test_a_regression_reopens_and_says_so(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    issue = next(iter(sandbox.world.issues))
    sandbox.people.set_issue_state(issue, "RESOLVED")
    sandbox.people.regress(issue, "2.1.0")

    async with http.get(f"{_ISSUES}/{issue}") as answer:
        attributes = (await answer.json(content_type=None))["data"]["attributes"]

    assert attributes["state"] == "OPEN"
    assert attributes["regression"]["regressed_at_version"] == "2.1.0"

"""Error Tracking, driven by Datadog's own client and its models."""

from typing import Any

import aiohttp
import pytest
from datadog_api_client.exceptions import ApiTypeError

from bridge.sandbox import Sandbox
from bridge.sandbox.records import IssueState
from bridge.sandbox.world import World
from tests.sandbox.conftest import Official

_ISSUES = "/api/v2/error-tracking/issues"


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

"""What we send, against the models of Datadog's own Python package."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import respx
from datadog_api_client import ApiClient
from datadog_api_client.v2.api.users_api import UsersApi
from datadog_api_client.v2.model.case_assign_request import CaseAssignRequest
from datadog_api_client.v2.model.case_comment_request import CaseCommentRequest
from datadog_api_client.v2.model.case_create_request import CaseCreateRequest
from datadog_api_client.v2.model.case_empty_request import CaseEmptyRequest
from datadog_api_client.v2.model.case_insights_request import CaseInsightsRequest
from datadog_api_client.v2.model.case_update_comment_request import (
    CaseUpdateCommentRequest,
)
from datadog_api_client.v2.model.case_update_status_request import (
    CaseUpdateStatusRequest,
)
from datadog_api_client.v2.model.issue_update_assignee_request import (
    IssueUpdateAssigneeRequest,
)
from datadog_api_client.v2.model.issue_update_state_request import (
    IssueUpdateStateRequest,
)
from datadog_api_client.v2.model.issues_search_request import IssuesSearchRequest

from bridge.domain.model import CaseId, Issue, IssueId, State, StatusGroup
from bridge.ports.errors import GoneError
from bridge.ports.trackers import NewCase
from bridge.trackers.datadog_case_management.client import CaseManagement
from bridge.trackers.datadog_error_tracking.client import ErrorTracking
from tests.trackers.documents import (
    CASE_ID,
    CASES,
    ISSUE_ID,
    ISSUES,
    PROJECT_ID,
    USER_ID,
    USERS,
    account,
    assigned,
    case,
    case_type,
    cell,
    issue,
)
from tests.trackers.official import parse

CASE = CaseId(f"cases:{CASE_ID}")
ISSUE = Issue(IssueId(f"errors:{ISSUE_ID}"), State.FOR_REVIEW)
INSIGHT = {
    "type": "ERROR_TRACKING",
    "ref": f"/error-tracking?issueId={ISSUE_ID}",
    "resource_id": ISSUE_ID,
}


def sent(route: respx.Route) -> bytes:
    content: bytes = route.calls.last.request.content
    return content


@pytest.mark.parametrize(
    ("body", "model"),
    [
        (
            {"data": {"type": "case", "attributes": {"status_nam": "Open"}}},
            CaseUpdateStatusRequest,
        ),
        (
            {"data": {"type": "case", "attributes": {"status": "LIMBO"}}},
            CaseUpdateStatusRequest,
        ),
        ({"data": {"type": "user", "id": USER_ID}}, IssueUpdateAssigneeRequest),
    ],
)
def test_the_comparison_notices_a_wrong_field_word_or_type(
    official: ApiClient, body: dict[str, Any], model: type
) -> None:
    with pytest.raises(AssertionError):
        parse(official, json.dumps(body).encode(), model)


@pytest.mark.parametrize("state", State)
async def test_issue_states(
    errors: ErrorTracking,
    vendor: respx.MockRouter,
    official: ApiClient,
    state: State,
) -> None:
    route = vendor.put(f"{ISSUES}/{ISSUE_ID}/state").respond(json={"data": issue()})

    await errors.set_state(ISSUE.id, state)

    parse(official, sent(route), IssueUpdateStateRequest)


async def test_issue_assignees(
    errors: ErrorTracking, vendor: respx.MockRouter, official: ApiClient
) -> None:
    route = vendor.put(f"{ISSUES}/{ISSUE_ID}/assignee").respond(
        json={"data": assigned(issue())}
    )

    await errors.set_assignee(ISSUE.id, USER_ID)

    parse(official, sent(route), IssueUpdateAssigneeRequest)


async def test_searches_for_people(
    errors: ErrorTracking, cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    route = vendor.get(USERS).respond(json={"data": [account()]})
    official: Any = UsersApi

    for tracker in (errors, cases):
        (found,) = await tracker.find_people("Ann@example.com")
        assert found.id == USER_ID

    declared = official().__dict__["_list_users_endpoint"].params_map.values()
    names = {parameter["attribute"] for parameter in declared}
    for call in route.calls:
        assert set(call.request.url.params) <= names


async def test_issue_searches(
    errors: ErrorTracking, vendor: respx.MockRouter, official: ApiClient
) -> None:
    route = vendor.post(f"{ISSUES}/search").respond(json={"data": []})
    until = datetime(2026, 1, 1, tzinfo=UTC)

    found = errors.find_issues("service:x", until - timedelta(days=1), until)
    assert [one async for one in found] == []

    parse(official, sent(route), IssuesSearchRequest)


async def test_case_creation(
    cases: CaseManagement, vendor: respx.MockRouter, official: ApiClient
) -> None:
    vendor.get(f"{CASES}/types").respond(json={"data": [case_type()]})
    route = vendor.post(CASES).respond(201, json={"data": case()})

    await cases.create_case(
        NewCase(PROJECT_ID, "title", "text", StatusGroup.OPEN, assignee=USER_ID)
    )

    parse(official, sent(route), CaseCreateRequest)


@pytest.mark.parametrize("group", [StatusGroup.IN_PROGRESS, StatusGroup.CLOSED])
async def test_case_statuses_by_name_and_by_the_legacy_word(
    cases: CaseManagement,
    vendor: respx.MockRouter,
    official: ApiClient,
    group: StatusGroup,
) -> None:
    vendor.get(f"{CASES}/types").respond(json={"data": [case_type()]})
    vendor.get(f"{CASES}/{CASE_ID}").respond(json={"data": case()})
    route = vendor.post(f"{CASES}/{CASE_ID}/status")
    route.side_effect = [respx.MockResponse(400), respx.MockResponse(404)]

    with pytest.raises(GoneError):
        await cases.set_group(CASE, group)

    for call in route.calls:
        parse(official, call.request.content, CaseUpdateStatusRequest)
    assert route.call_count == 2


async def test_case_assignees(
    cases: CaseManagement, vendor: respx.MockRouter, official: ApiClient
) -> None:
    assign = vendor.post(f"{CASES}/{CASE_ID}/assign").respond(
        json={"data": assigned(case())}
    )
    leave = vendor.post(f"{CASES}/{CASE_ID}/unassign").respond(json={"data": case()})

    await cases.set_assignee(CASE, USER_ID)
    await cases.set_assignee(CASE, None)

    parse(official, sent(assign), CaseAssignRequest)
    parse(official, sent(leave), CaseEmptyRequest)


async def test_case_insights(
    cases: CaseManagement, vendor: respx.MockRouter, official: ApiClient
) -> None:
    read = vendor.get(f"{CASES}/{CASE_ID}")
    read.side_effect = [
        respx.MockResponse(200, json={"data": case()}),
        respx.MockResponse(200, json={"data": case(insights=[INSIGHT])}),
    ]
    put = vendor.put(f"{CASES}/{CASE_ID}/insights").respond(json={"data": case()})
    delete = vendor.delete(f"{CASES}/{CASE_ID}/insights").respond(json={"data": case()})

    await cases.list_issue(CASE, ISSUE)
    await cases.unlist_issue(CASE, ISSUE)

    parse(official, sent(put), CaseInsightsRequest)
    parse(official, sent(delete), CaseInsightsRequest)


async def test_comments(
    cases: CaseManagement, vendor: respx.MockRouter, official: ApiClient
) -> None:
    add = vendor.post(f"{CASES}/{CASE_ID}/comment").respond(json={"data": [cell("c")]})
    edit = vendor.put(f"{CASES}/{CASE_ID}/comment/c").respond(200)

    await cases.add_comment(CASE, "**text**")
    await cases.edit_comment(CASE, "c", "other text")

    parse(official, sent(add), CaseCommentRequest)
    parse(official, sent(edit), CaseUpdateCommentRequest)

"""What we read, against the models of Datadog's own Python package."""

import json
from typing import Any

import pytest
from datadog_api_client import ApiClient
from datadog_api_client.v2.model.case_response import CaseResponse
from datadog_api_client.v2.model.case_types_response import CaseTypesResponse
from datadog_api_client.v2.model.cases_response import CasesResponse
from datadog_api_client.v2.model.issue_response import IssueResponse
from datadog_api_client.v2.model.issues_search_response import IssuesSearchResponse
from datadog_api_client.v2.model.timeline_response import TimelineResponse
from datadog_api_client.v2.model.users_response import UsersResponse

from bridge.trackers.datadog import wire as shared_wire
from bridge.trackers.datadog_case_management import wire as case_wire
from bridge.trackers.datadog_error_tracking import wire as issue_wire
from bridge.transport.jsonapi import Wire
from tests.trackers.documents import (
    CASE_ID,
    ISSUE_ID,
    USER_ID,
    account,
    case,
    case_type,
    cell,
    issue,
    user,
)
from tests.trackers.official import plain

INSIGHT = {
    "type": "ERROR_TRACKING",
    "ref": f"/error-tracking?issueId={ISSUE_ID}",
    "resource_id": ISSUE_ID,
}
FULL_ISSUE = issue() | {
    "relationships": {
        "assignee": {"data": {"id": USER_ID, "type": "user"}},
        "case": {"data": {"id": CASE_ID, "type": "case"}},
        "team_owners": {"data": [{"id": USER_ID, "type": "team"}]},
    }
}
TEAM = {"id": USER_ID, "type": "team", "attributes": {"name": "A", "handle": "a"}}
RESULT = {
    "id": ISSUE_ID,
    "type": "error_tracking_search_result",
    "attributes": {"total_count": 1, "impacted_sessions": 1},
    "relationships": {"issue": {"data": {"id": ISSUE_ID, "type": "issue"}}},
}
CELL = cell(
    "9f3c9b1e-0a4b-4b8e-9d8d-0c6b7d1d2e3f",
    author={"type": "USER", "content": {"id": USER_ID, "name": "Ann"}},
)


@pytest.mark.parametrize(
    ("document", "model", "ours"),
    [
        (
            {"data": FULL_ISSUE, "included": [user(), TEAM]},
            IssueResponse,
            issue_wire.IssueAnswer,
        ),
        (
            {"data": [RESULT], "included": [FULL_ISSUE, user(), TEAM]},
            IssuesSearchResponse,
            issue_wire.SearchAnswer,
        ),
        ({"data": case(insights=[INSIGHT])}, CaseResponse, case_wire.CaseAnswer),
        (
            {"data": [case()], "meta": {"page": {"current": 1, "size": 1, "total": 1}}},
            CasesResponse,
            case_wire.CasesAnswer,
        ),
        ({"data": [case_type()]}, CaseTypesResponse, case_wire.TypesAnswer),
        (
            {
                "data": [account()],
                "meta": {"page": {"total_count": 9, "total_filtered_count": 1}},
            },
            UsersResponse,
            shared_wire.UsersAnswer,
        ),
        ({"data": [CELL]}, TimelineResponse, case_wire.CellsAnswer),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_we_read_what_the_official_models_write(
    official: ApiClient, document: dict[str, Any], model: type, ours: type[Wire]
) -> None:
    parsed = official.deserialize(json.dumps(document), (model,), check_type=True)
    assert isinstance(parsed, model)

    read_from_theirs = ours.model_validate_json(json.dumps(plain(parsed)))

    assert read_from_theirs == ours.model_validate(document)

"""How Case Management's API is called."""

import json
from typing import Any

import httpx
import pytest
import respx
from structlog.testing import capture_logs

from bridge.domain.model import CaseId, Issue, IssueId, Person, State, StatusGroup
from bridge.ports.errors import AmbiguousError, PermanentError, TransientError
from bridge.ports.trackers import NewCase
from bridge.trackers.datadog_case_management.client import CaseManagement
from tests.clocks import StoppedClock
from tests.trackers.documents import (
    CASE_ID,
    CASES,
    ERROR_TRACKING_TYPE,
    ISSUE_ID,
    PROJECT_ID,
    USER_ID,
    assigned,
    case,
    case_type,
)

ID = CaseId(f"cases:{CASE_ID}")
ISSUE = Issue(IssueId(f"errors:{ISSUE_ID}"), State.RESOLVED)


def bodies(route: respx.Route) -> list[Any]:
    return [json.loads(call.request.content) for call in route.calls]


def serve_case(vendor: respx.MockRouter, **attributes: Any) -> respx.Route:
    return vendor.get(f"{CASES}/{CASE_ID}").respond(json={"data": case(**attributes)})


def serve_types(vendor: respx.MockRouter, *types: dict[str, Any]) -> respx.Route:
    return vendor.get(f"{CASES}/types").respond(json={"data": list(types)})


async def test_a_group_is_written_by_the_default_name_of_the_cases_own_type(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    serve_case(vendor, type_id="a-type")
    serve_types(vendor, case_type(), case_type("a-type", closed={"default": "Done"}))
    route = vendor.post(f"{CASES}/{CASE_ID}/status").respond(
        json={"data": case(status_group="SG_CLOSED", status_name="Done")}
    )

    moved = await cases.set_group(ID, StatusGroup.CLOSED)

    assert (moved.group, moved.status) == (StatusGroup.CLOSED, "Done")
    assert bodies(route) == [
        {"data": {"type": "case", "attributes": {"status_name": "Done"}}}
    ]


async def test_a_case_in_the_group_keeps_its_own_status(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    serve_case(vendor, status_group="SG_CLOSED", status_name="Won't fix")

    kept = await cases.set_group(ID, StatusGroup.CLOSED)

    assert kept.status == "Won't fix"


async def test_where_status_name_is_refused_the_legacy_status_is_written(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    serve_case(vendor)
    serve_types(vendor)
    refusal = {"errors": [{"status": "400", "title": "Bad Request"}]}
    done = {"data": case(status="IN_PROGRESS", status_group=None, status_name=None)}
    route = vendor.post(f"{CASES}/{CASE_ID}/status").mock(
        side_effect=[
            httpx.Response(400, json=refusal),
            httpx.Response(200, json=done),
        ]
    )

    moved = await cases.set_group(ID, StatusGroup.IN_PROGRESS)

    assert moved.group is StatusGroup.IN_PROGRESS
    assert [body["data"]["attributes"] for body in bodies(route)] == [
        {"status_name": "In Progress"},
        {"status": "IN_PROGRESS"},
    ]


@pytest.mark.parametrize("status", [409, 422])
async def test_another_refusal_is_not_tried_in_other_words(
    cases: CaseManagement, vendor: respx.MockRouter, status: int
) -> None:
    serve_case(vendor)
    serve_types(vendor)
    route = vendor.post(f"{CASES}/{CASE_ID}/status").respond(status)

    with pytest.raises(PermanentError):
        await cases.set_group(ID, StatusGroup.CLOSED)

    assert route.call_count == 1


async def test_types_are_remembered_for_ten_minutes(
    cases: CaseManagement, vendor: respx.MockRouter, clock: StoppedClock
) -> None:
    serve_case(vendor)
    types = serve_types(vendor, case_type())
    vendor.post(f"{CASES}/{CASE_ID}/status").respond(json={"data": case()})

    for seconds in (0, 599, 1):
        clock.advance(seconds)
        await cases.set_group(ID, StatusGroup.CLOSED)

    assert types.call_count == 2


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_types_that_may_not_be_read_leave_the_usual_names(
    cases: CaseManagement, vendor: respx.MockRouter, status: int
) -> None:
    serve_case(vendor)
    vendor.get(f"{CASES}/types").respond(status)
    route = vendor.post(f"{CASES}/{CASE_ID}/status").respond(json={"data": case()})

    with capture_logs() as logs:
        await cases.set_group(ID, StatusGroup.CLOSED)

    assert bodies(route)[0]["data"]["attributes"] == {"status_name": "Closed"}
    assert [log["event"] for log in logs] == ["types.unreadable"]


async def test_types_that_cannot_be_had_now_stop_the_write(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    serve_case(vendor)
    vendor.get(f"{CASES}/types").respond(503)

    with pytest.raises(TransientError):
        await cases.set_group(ID, StatusGroup.CLOSED)


async def test_a_case_is_created_with_all_that_is_known(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    serve_types(vendor, case_type(in_progress={"default": "Fixing"}))
    vendor.get(f"{CASES}/projects").respond(
        json={"data": [{"id": PROJECT_ID, "attributes": {"key": "SHOP"}}]}
    )
    route = vendor.post(CASES).respond(201, json={"data": case()})

    await cases.create_case(
        NewCase("SHOP", "a title", "a text", StatusGroup.IN_PROGRESS, assignee="u1")
    )

    assert bodies(route) == [
        {
            "data": {
                "type": "case",
                "attributes": {
                    "title": "a title",
                    "description": "a text",
                    "type_id": ERROR_TRACKING_TYPE,
                    "status_name": "Fixing",
                },
                "relationships": {
                    "project": {"data": {"id": PROJECT_ID, "type": "project"}},
                    "assignee": {"data": {"id": "u1", "type": "user"}},
                },
            }
        }
    ]


async def test_unassigning_sends_no_attributes(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    route = vendor.post(f"{CASES}/{CASE_ID}/unassign").respond(json={"data": case()})

    await cases.set_assignee(ID, None)

    assert bodies(route) == [{"data": {"type": "case"}}]


@pytest.mark.parametrize("person", [USER_ID, None])
@pytest.mark.parametrize(
    "answer", [{"status_code": 204}, {"json": {"data": case()}}], ids=["204", "silent"]
)
async def test_an_assignment_that_is_not_confirmed_is_read_back(
    cases: CaseManagement,
    vendor: respx.MockRouter,
    answer: dict[str, Any],
    person: str | None,
) -> None:
    vendor.post(f"{CASES}/{CASE_ID}/assign").respond(**answer)
    vendor.post(f"{CASES}/{CASE_ID}/unassign").respond(204)
    vendor.get(f"{CASES}/{CASE_ID}").respond(
        json={"data": assigned(case(), to="somebody-else")}
    )

    confirmed = await cases.set_assignee(ID, person)

    assert confirmed.assignee == Person("somebody-else")


async def test_an_issue_is_taken_off_by_a_delete_with_a_body(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    insight = {
        "type": "ERROR_TRACKING",
        "ref": f"/error-tracking?issueId={ISSUE_ID}",
        "resource_id": ISSUE_ID,
    }
    serve_case(vendor, insights=[insight])
    route = vendor.delete(f"{CASES}/{CASE_ID}/insights").respond(json={"data": case()})

    listed = await cases.list_issue(ID, ISSUE)
    unlisted = await cases.unlist_issue(ID, ISSUE)

    assert (listed.issues, unlisted.issues) == ((ISSUE_ID,), ())
    assert bodies(route) == [
        {"data": {"type": "case", "attributes": {"insights": [insight]}}}
    ]


async def test_a_comment_answered_without_itself_is_in_doubt(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    vendor.post(f"{CASES}/{CASE_ID}/comment").respond(json={"data": []})

    with pytest.raises(AmbiguousError):
        await cases.add_comment(ID, "text")


async def test_a_case_is_read_by_its_key(
    cases: CaseManagement, vendor: respx.MockRouter
) -> None:
    vendor.get(f"{CASES}/SHOP-12").respond(json={"data": case()})

    assert (await cases.get_case("SHOP-12")).id == ID

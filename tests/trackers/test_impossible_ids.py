"""Ids that nothing can have: no call is made for them, and nothing is there."""

import pytest
import respx

from bridge.domain.model import CaseId, IssueId, State, StatusGroup
from bridge.ports.errors import GoneError
from bridge.trackers.datadog_case_management.client import CaseManagement
from bridge.trackers.datadog_error_tracking.client import ErrorTracking
from tests.trackers.documents import CASE_ID, CASES, ISSUE_ID, ISSUES, case, issue

IMPOSSIBLE = ["", "..", ".", "nope", "a b", "a/b?c", f"{ISSUE_ID}0", "é" * 5000]


@pytest.mark.parametrize("own", [*IMPOSSIBLE, "SHOP-12"], ids=lambda own: own[:9])
async def test_no_issue_can_be_called_so(
    errors: ErrorTracking, vendor: respx.MockRouter, own: str
) -> None:
    issue_id = IssueId(f"errors:{own}")

    with pytest.raises(GoneError, match="no issue can be called") as caught:
        await errors.get_issue(issue_id)
    with pytest.raises(GoneError):
        await errors.set_state(issue_id, State.RESOLVED)
    with pytest.raises(GoneError):
        await errors.set_assignee(issue_id, None)

    assert len(str(caught.value)) < 200
    assert not vendor.calls


@pytest.mark.parametrize("own", IMPOSSIBLE, ids=lambda own: own[:9])
async def test_no_case_can_be_called_so(
    cases: CaseManagement, vendor: respx.MockRouter, own: str
) -> None:
    with pytest.raises(GoneError, match="no case can be called") as caught:
        await cases.get_case(own)
    with pytest.raises(GoneError):
        await cases.set_group(CaseId(f"cases:{own}"), StatusGroup.CLOSED)

    assert len(str(caught.value)) < 200
    assert not vendor.calls


async def test_an_id_in_capitals_is_the_same_id(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    vendor.get(f"{ISSUES}/{ISSUE_ID}").respond(json={"data": issue()})

    found = await errors.get_issue(IssueId(f"errors:{ISSUE_ID.upper()}"))

    assert found.id == f"errors:{ISSUE_ID}"


@pytest.mark.parametrize("own", [CASE_ID.upper(), "shop-12", "2ND_SHOP-1"])
async def test_what_could_be_a_case_is_asked_for(
    cases: CaseManagement, vendor: respx.MockRouter, own: str
) -> None:
    vendor.get(f"{CASES}/{own}").respond(json={"data": case()})

    assert (await cases.get_case(own)).id == f"cases:{CASE_ID}"

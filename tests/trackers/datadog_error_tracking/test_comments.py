"""Comments of issues: none at Datadog, some at a service beside it."""

import json
from collections.abc import AsyncIterator

import pytest
import respx

from bridge.domain.model import IssueId, TrackerName
from bridge.ports.errors import GoneError, PermanentError
from bridge.ports.trackers import COMMENTING
from bridge.trackers import datadog_error_tracking
from bridge.trackers.datadog_error_tracking.client import ErrorTracking
from bridge.trackers.datadog_error_tracking.settings import ErrorTrackingSettings
from tests.clocks import StoppedClock
from tests.trackers.conftest import KEYS
from tests.trackers.documents import ISSUE_ID, ISSUES, issue

ID = IssueId(f"errors:{ISSUE_ID}")
COMMENTS = f"https://api.datadoghq.com/talk/{ISSUE_ID}/comments"
COMMENT = {"id": "c1", "type": "comment", "attributes": {"text": "hello"}}


@pytest.fixture
async def talking(clock: StoppedClock) -> AsyncIterator[ErrorTracking]:
    settings = ErrorTrackingSettings.model_validate(
        {
            "kind": "datadog_error_tracking",
            "comments_path": "/talk/{issue}/comments",
            "comment_limit": 500,
            **KEYS,
        }
    )
    kind = datadog_error_tracking.KIND
    async with kind.connect(TrackerName("errors"), settings, clock) as tracker:
        assert isinstance(tracker, ErrorTracking)
        yield tracker


async def test_without_a_service_there_are_no_comments_and_no_calls(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    with pytest.raises(PermanentError, match="no comments at Datadog"):
        _ = [comment async for comment in errors.comments(ID)]
    with pytest.raises(PermanentError):
        await errors.add_comment(ID, "text")
    with pytest.raises(PermanentError):
        await errors.edit_comment(ID, "c1", "text")
    with pytest.raises(PermanentError):
        await errors.delete_comment(ID, "c1")

    assert not errors.abilities & COMMENTING
    assert not vendor.calls


async def test_a_service_is_called_at_the_place_of_the_issue(
    talking: ErrorTracking, vendor: respx.MockRouter
) -> None:
    vendor.get(COMMENTS, params={"page[number]": "0"}).respond(json={"data": [COMMENT]})
    vendor.get(COMMENTS, params={"page[number]": "1"}).respond(json={"data": []})
    add = vendor.post(COMMENTS).respond(201, json={"data": COMMENT})
    edit = vendor.put(f"{COMMENTS}/c%2F1").respond(200)
    delete = vendor.delete(f"{COMMENTS}/c%2F1").respond(204)

    assert [comment.text async for comment in talking.comments(ID)] == ["hello"]
    assert (await talking.add_comment(ID, "hello")).id == "c1"
    await talking.edit_comment(ID, "c/1", "other")
    await talking.delete_comment(ID, "c/1")

    assert talking.abilities >= COMMENTING
    assert talking.comment_limit == 500
    assert [json.loads(route.calls[0].request.content) for route in (add, edit)] == [
        {"data": {"type": "comment", "attributes": {"text": "hello"}}},
        {"data": {"type": "comment", "attributes": {"text": "other"}}},
    ]
    assert delete.called


async def test_a_wrong_path_does_not_make_the_issue_gone(
    talking: ErrorTracking, vendor: respx.MockRouter
) -> None:
    vendor.route(url=COMMENTS).respond(404)
    vendor.route(url__startswith=COMMENTS).respond(404)
    there = vendor.get(f"{ISSUES}/{ISSUE_ID}").respond(json={"data": issue()})

    with pytest.raises(PermanentError, match="comments_path"):
        _ = [comment async for comment in talking.comments(ID)]
    with pytest.raises(PermanentError, match="comments_path"):
        await talking.add_comment(ID, "text")

    there.respond(404)
    with pytest.raises(GoneError):
        await talking.add_comment(ID, "text")

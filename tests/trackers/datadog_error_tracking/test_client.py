"""How Error Tracking's API is called."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx
from structlog.testing import capture_logs

from bridge.domain.model import IssueId, Person, State
from bridge.ports.errors import GoneError, PermanentError
from bridge.trackers.datadog_error_tracking.client import ErrorTracking
from bridge.trackers.datadog_error_tracking.search import MOST_SEARCHES
from bridge.transport.jsonapi import millis_of
from tests.trackers.documents import (
    ISSUE_ID,
    ISSUES,
    USER_ID,
    assigned,
    issue,
    user,
)

ID = IssueId(f"errors:{ISSUE_ID}")
START = datetime(2026, 1, 1, tzinfo=UTC)


def own(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012}"


def sightings(*times: int) -> Callable[[httpx.Request], httpx.Response]:
    """A search over issues that were each seen once, *times* ms after START."""
    seen = {own(number): millis_of(START) + at for number, at in enumerate(times)}

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["data"]["attributes"]
        found = [id_ for id_, at in seen.items() if asked["from"] <= at < asked["to"]]
        return search_answer(found[:100])

    return answer


def search_answer(found: list[str], **more: Any) -> httpx.Response:
    results = [
        {
            "id": id_,
            "type": "error_tracking_search_result",
            "attributes": {"total_count": 1, "impacted_sessions": 1},
            "relationships": {"issue": {"data": {"id": id_, "type": "issue"}}},
        }
        for id_ in found
    ]
    included = [issue(id_) for id_ in found]
    return httpx.Response(200, json={"data": results, "included": included, **more})


async def found_in(errors: ErrorTracking, length: timedelta) -> list[IssueId]:
    search = errors.find_issues("", START, START + length)
    return [found.id async for found in search]


async def test_get_asks_for_everything_that_is_told_beside_an_issue(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    route = vendor.get(
        f"{ISSUES}/{ISSUE_ID}", params={"include": "assignee,case,team_owners"}
    ).respond(json={"data": issue()})

    assert (await errors.get_issue(ID)).id == ID
    headers = route.calls[0].request.headers
    assert headers["DD-API-KEY"] == "an-api-key"
    assert headers["DD-APPLICATION-KEY"] == "an-app-key"


async def test_a_state_is_written_in_the_apis_words(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    route = vendor.put(f"{ISSUES}/{ISSUE_ID}/state").respond(
        json={"data": issue(state="ACKNOWLEDGED"), "included": [user()]}
    )

    assert (await errors.set_state(ID, State.REVIEWED)).state is State.REVIEWED
    assert json.loads(route.calls[0].request.content) == {
        "data": {
            "type": "error_tracking_issue",
            "id": ISSUE_ID,
            "attributes": {"state": "ACKNOWLEDGED"},
        }
    }


async def test_unassigning_answers_nothing_so_the_issue_is_read(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    gone = vendor.delete(f"{ISSUES}/{ISSUE_ID}/assignee").respond(204)
    vendor.get(f"{ISSUES}/{ISSUE_ID}").respond(json={"data": issue()})

    assert (await errors.set_assignee(ID, None)).assignee is None
    assert gone.called


async def test_an_assignee_is_written_by_id(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    route = vendor.put(f"{ISSUES}/{ISSUE_ID}/assignee").respond(
        json={"data": assigned(issue()), "included": [user()]}
    )

    confirmed = await errors.set_assignee(ID, USER_ID)

    assert confirmed.assignee == Person(USER_ID, "ann@example.com", "Ann")
    assert json.loads(route.calls[0].request.content) == {
        "data": {"type": "assignee", "id": USER_ID}
    }


@pytest.mark.parametrize(
    "answer", [{"status_code": 204}, {"json": {"data": issue()}}], ids=["204", "silent"]
)
async def test_an_assignment_that_is_not_confirmed_is_read_back(
    errors: ErrorTracking, vendor: respx.MockRouter, answer: dict[str, Any]
) -> None:
    vendor.put(f"{ISSUES}/{ISSUE_ID}/assignee").respond(**answer)
    vendor.get(f"{ISSUES}/{ISSUE_ID}").respond(
        json={"data": assigned(issue(), to="somebody-else")}
    )

    confirmed = await errors.set_assignee(ID, USER_ID)

    assert confirmed.assignee == Person("somebody-else")


async def test_a_missing_issue_is_gone_in_the_trackers_words(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    error = {"status": "404", "title": "Not Found", "detail": "issue not found"}
    vendor.get(f"{ISSUES}/{ISSUE_ID}").respond(404, json={"errors": [error]})

    with pytest.raises(GoneError, match="404: Not Found: issue not found"):
        await errors.get_issue(ID)


async def test_a_search_that_comes_back_full_is_split_until_none_does(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    route = vendor.post(f"{ISSUES}/search").mock(
        side_effect=sightings(*(number * 7 % 1000 for number in range(450)))
    )

    found = await found_in(errors, timedelta(seconds=1))

    assert sorted(found) == [f"errors:{own(number)}" for number in range(450)]
    assert route.call_count < 20


async def test_an_issue_seen_on_both_sides_of_a_split_is_given_once(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    answers = [search_answer([own(n) for n in range(100)])]
    answers += [search_answer([own(1), own(2)]), search_answer([own(2), own(3)])]
    vendor.post(f"{ISSUES}/search").mock(side_effect=answers)

    found = await found_in(errors, timedelta(seconds=1))

    assert found == [f"errors:{own(number)}" for number in (1, 2, 3)]


async def test_a_millisecond_that_is_full_is_given_with_a_warning(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    vendor.post(f"{ISSUES}/search").mock(side_effect=sightings(*[5] * 120))

    with capture_logs() as logs:
        found = await found_in(errors, timedelta(milliseconds=8))

    assert len(found) == 100
    assert [log["event"] for log in logs] == ["search.cut"]


async def test_a_search_that_never_narrows_ends_with_an_error(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    full = search_answer([own(number) for number in range(100)])
    route = vendor.post(f"{ISSUES}/search").respond(
        200, content=full.content, headers={"Content-Type": "application/json"}
    )

    with pytest.raises(PermanentError, match="too many issues"):
        await found_in(errors, timedelta(days=14))

    assert route.call_count == MOST_SEARCHES


async def test_an_issue_not_told_beside_its_result_is_read(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    results = [{"id": own(1), "type": "error_tracking_search_result"}]
    results += [{"id": own(2), "type": "error_tracking_search_result"}]
    vendor.post(f"{ISSUES}/search").respond(json={"data": results})
    vendor.get(f"{ISSUES}/{own(1)}").respond(json={"data": issue(own(1))})
    vendor.get(f"{ISSUES}/{own(2)}").respond(404)

    assert await found_in(errors, timedelta(seconds=1)) == [f"errors:{own(1)}"]


async def test_one_unknown_state_does_not_hide_the_other_issues(
    errors: ErrorTracking, vendor: respx.MockRouter
) -> None:
    odd = issue(own(1), state="ARCHIVED_V2")
    vendor.post(f"{ISSUES}/search").mock(
        return_value=search_answer([own(1), own(2)], included=[odd, issue(own(2))])
    )

    with capture_logs() as logs:
        found = await found_in(errors, timedelta(seconds=1))

    assert found == [f"errors:{own(2)}"]
    assert "ARCHIVED_V2" in logs[0]["reason"]

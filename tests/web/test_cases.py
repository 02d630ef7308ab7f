"""The routes that make cases from issues."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bridge.ports.errors import (
    AlreadyLinked,
    NotFound,
    TransientError,
    Unclear,
    UnknownProject,
)
from tests.web.backfills import PREVIEW, progress
from tests.web.fakes import PaperDesk


async def test_a_case_is_created(client: httpx.AsyncClient, desk: PaperDesk) -> None:
    answer = await client.post("/api/v1/cases", json={"issue": "errors:1"})

    assert answer.status_code == 201
    assert answer.json()["case"] == "cases:new"
    assert answer.json()["case_key"] == "ET-1"
    assert desk.asked == {"issue": "errors:1", "project": None}


async def test_a_case_is_created_in_a_project(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    body = {"issue": "errors:1", "project": "SHOP"}
    answer = await client.post("/api/v1/cases", json=body)

    assert (answer.status_code, answer.json()["case_key"]) == (201, "SHOP-1")


async def test_an_issue_with_a_case_is_refused_with_it(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.linked = {"errors:1": "cases:9"}
    answer = await client.post("/api/v1/cases", json={"issue": "errors:1"})

    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["case"] == "cases:9"


async def test_a_case_that_is_still_being_created_has_no_name_yet(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.fails_with = AlreadyLinked("a case is being created for errors:1", "")
    answer = await client.post("/api/v1/cases", json={"issue": "errors:1"})

    assert (answer.status_code, answer.json()["case"]) == (409, None)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("there is no issue errors:1"), 404),
        (Unclear("no project is named"), 400),
        (TransientError("cases has not answered yet"), 502),
    ],
)
async def test_a_case_that_cannot_be_created_says_why(
    client: httpx.AsyncClient, desk: PaperDesk, error: Exception, status: int
) -> None:
    desk.fails_with = error
    answer = await client.post("/api/v1/cases", json={"issue": "errors:1"})

    assert (answer.status_code, answer.json()["detail"]) == (status, str(error))


async def test_a_project_that_does_not_exist_is_the_callers_mistake(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.fails_with = UnknownProject("cases", "NOPE", {"SHOP", "ET"})
    body = {"issue": "errors:1", "project": "NOPE"}
    answer = await client.post("/api/v1/cases", json=body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["project"], told["known"]) == ("NOPE", ["ET", "SHOP"])
    assert told["detail"] == "cases: there is no project 'NOPE'; it has ET, SHOP"


async def test_a_backfill_begins(client: httpx.AsyncClient, desk: PaperDesk) -> None:
    since = "2026-01-01T01:00:00+01:00"
    answer = await client.post("/api/v1/backfill", json={"since": since})

    assert (answer.status_code, answer.json()) == (202, progress())
    assert desk.begun == [datetime(2026, 1, 1, tzinfo=UTC)]


async def test_a_backfill_needs_no_beginning(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    answer = await client.post("/api/v1/backfill", json={})

    assert answer.status_code == 202
    assert desk.begun == [None]


async def test_a_dry_backfill_tells_what_it_would_create(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    answer = await client.post("/api/v1/backfill", json={"dry_run": True})

    assert (answer.status_code, answer.json()) == (200, PREVIEW)
    assert desk.begun == []


async def test_a_second_backfill_is_refused(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.fails_with = Unclear("a backfill is under way already: see its progress")
    answer = await client.post("/api/v1/backfill", json={})

    assert answer.status_code == 400
    assert "under way" in answer.json()["detail"]


async def test_the_progress_of_a_backfill_is_told(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.steps = [progress(under_way=True, problem="cases: busy")]
    answer = await client.get("/api/v1/backfill")

    assert (answer.status_code, answer.json()) == (200, desk.steps[0])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("cases", {}),
        ("cases", {"issue": ""}),
        ("cases", {"issue": "errors:1", "project": ""}),
        ("cases", {"issue": "errors:1", "case": "sent-canary"}),
        ("backfill", {"since": "2026-01-01"}),
        ("backfill", {"since": "2026-01-01T00:00:00"}),
        ("backfill", {"since": "0001-01-01T00:00:00+14:00"}),
        ("backfill", {"since": 1700000000}),
        ("backfill", {"dry_run": "sent-canary"}),
        ("backfill", {"until": "sent-canary"}),
    ],
)
async def test_what_does_not_fit_is_refused(
    client: httpx.AsyncClient, desk: PaperDesk, path: str, body: dict[str, Any]
) -> None:
    answer = await client.post(f"/api/v1/{path}", json=body)

    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert "sent-canary" not in answer.text
    assert (desk.begun, desk.linked) == ([], {})

"""The routes that are the operator's hands."""

from typing import Any

import httpx
import pytest

from bridge.ports.errors import NotFound, Unclear
from tests.web.fakes import ACTION, PaperDesk


@pytest.mark.parametrize(("act", "done"), [("retry", "retried"), ("skip", "skipped")])
async def test_a_dead_letter_is_retried_or_skipped(
    client: httpx.AsyncClient, desk: PaperDesk, act: str, done: str
) -> None:
    desk.letters = {"x1", "x2"}
    answer = await client.post(f"/api/v1/dead/x1/{act}")

    assert (answer.status_code, answer.json()) == (200, {"id": "x1", done: 1})
    assert desk.letters == {"x2"}


@pytest.mark.parametrize("act", ["retry", "skip"])
async def test_a_dead_letter_that_there_is_not_is_not_found(
    client: httpx.AsyncClient, act: str
) -> None:
    answer = await client.post(f"/api/v1/dead/x%2F9/{act}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "there is no dead letter x/9"


@pytest.mark.parametrize(("act", "done"), [("retry", "retried"), ("skip", "skipped")])
async def test_several_dead_letters_go_together_or_not_at_all(
    client: httpx.AsyncClient, desk: PaperDesk, act: str, done: str
) -> None:
    desk.letters = {"x1", "x2", "x3"}
    refused = await client.post(f"/api/v1/dead/{act}", json={"ids": ["x1", "x9"]})
    answer = await client.post(f"/api/v1/dead/{act}", json={"ids": ["x1", "x2"]})

    assert refused.status_code == 404
    assert (answer.status_code, answer.json()) == (200, {done: 2})
    assert desk.letters == {"x3"}


async def test_a_paused_case_is_resumed_once(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.paused = {"cases:SHOP-1"}
    answer = await client.post("/api/v1/cases/cases:SHOP-1/resume")
    again = await client.post("/api/v1/cases/cases%3ASHOP-1/resume")

    assert (answer.status_code, answer.json()) == (200, {"resumed": "cases:SHOP-1"})
    assert (again.status_code, again.json()["detail"]) == (
        400,
        "cases:SHOP-1 is not paused",
    )


@pytest.mark.parametrize(
    ("body", "cases"),
    [({}, []), ({"cases": ["a", "b"]}, ["a", "b"]), ({"dry_run": False}, [])],
)
async def test_cases_are_looked_at_again(
    client: httpx.AsyncClient, desk: PaperDesk, body: dict[str, Any], cases: list[str]
) -> None:
    answer = await client.post("/api/v1/resync", json=body)
    progress = await client.get("/api/v1/resync")

    assert (answer.status_code, answer.json()["left"]) == (202, 2)
    assert (progress.status_code, progress.json()) == (
        200,
        {"looking_at": 3, "left": 1, "again_later": 1},
    )
    assert desk.looks == [cases]


async def test_what_looking_again_would_lead_to_is_told_only(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    body = {"cases": ["cases:1"], "dry_run": True}
    answer = await client.post("/api/v1/resync", json=body)

    assert answer.status_code == 200
    assert [item["actions"] for item in answer.json()["items"]] == [[ACTION]]
    assert desk.looks == []


async def test_what_a_dry_look_tells_is_read_page_by_page(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    path = "/api/v1/resync?cursor=cases:1&limit=5"
    dry = await client.post(path, json={"dry_run": True})
    assert dry.status_code == 200
    assert desk.asked == {
        "cases": [],
        "is_dry": True,
        "cursor": "cases:1",
        "limit": 5,
    }

    live = await client.post(path, json={})
    assert (live.status_code, desk.looks) == (400, [])


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound("cases:9 has no linked issue"), 404), (Unclear("which tracker?"), 400)],
)
async def test_a_case_that_cannot_be_looked_at_says_why(
    client: httpx.AsyncClient, desk: PaperDesk, error: Exception, status: int
) -> None:
    desk.fails_with = error
    answer = await client.post("/api/v1/resync", json={"cases": ["cases:9"]})

    assert (answer.status_code, answer.json()["detail"]) == (status, str(error))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("dead/retry", {}),
        ("dead/retry", {"ids": []}),
        ("dead/skip", {"ids": [""]}),
        ("dead/skip", {"ids": ["x"], "all": "sent-canary"}),
        ("resync", {"cases": "sent-canary"}),
        ("resync", {"cases": [""]}),
        ("resync", {"dry_run": "sent-canary"}),
        ("resync", {"issues": ["sent-canary"]}),
    ],
)
async def test_what_does_not_fit_is_refused(
    client: httpx.AsyncClient, desk: PaperDesk, path: str, body: dict[str, Any]
) -> None:
    desk.letters = {"x"}
    answer = await client.post(f"/api/v1/{path}", json=body)

    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert "sent-canary" not in answer.text
    assert (desk.looks, desk.letters) == ([], {"x"})

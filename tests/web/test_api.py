"""The API and who may use it."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bridge import web
from bridge.ports.errors import (
    ForbiddenError,
    GoneError,
    NotFound,
    TransientError,
    Unclear,
)
from tests.web.fakes import PaperDesk, PaperIntake

TOKEN = "token-canary-2e"
LINK = {"issue": "errors:1", "case": "cases:SHOP-1"}


async def test_the_status_is_given(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/status")
    assert (answer.status_code, answer.json()["settled"]) == (200, True)


async def test_links_come_and_go(client: httpx.AsyncClient, desk: PaperDesk) -> None:
    made = await client.post("/api/v1/links", json=LINK)
    listed = await client.get("/api/v1/links")
    gone = await client.delete("/api/v1/links/errors%3A1")

    assert (made.status_code, made.json()["case"]) == (201, "cases:SHOP-1")
    assert listed.json()["items"][0]["issue"] == "errors:1"
    assert (gone.status_code, gone.content) == (204, b"")
    assert desk.linked == {}


@pytest.mark.parametrize("issue", ["errors:1", "errors%3A1", "errors:a%2Fb"])
async def test_an_issue_is_named_plain_or_encoded(
    client: httpx.AsyncClient, desk: PaperDesk, issue: str
) -> None:
    desk.linked = {"errors:1": "c", "errors:a/b": "c"}
    answer = await client.delete(f"/api/v1/links/{issue}")
    assert answer.status_code == 204


async def test_a_second_link_is_refused_with_the_case_it_has(
    client: httpx.AsyncClient,
) -> None:
    await client.post("/api/v1/links", json=LINK)
    answer = await client.post("/api/v1/links", json={**LINK, "case": "cases:2"})
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "title": "Conflict",
        "status": 409,
        "detail": "errors:1 has the case cases:SHOP-1 already",
        "case": "cases:SHOP-1",
    }


async def test_lists_are_asked_page_by_page(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    await client.get("/api/v1/links?case=cases:1&cursor=abc&limit=1000")
    assert desk.asked == {
        "case": "cases:1", "issue": None, "cursor": "abc", "limit": 1000
    }  # fmt: skip
    await client.get("/api/v1/events?case=cases:1&limit=1")
    assert desk.asked == {
        "case": "cases:1", "cursor": None, "limit": 1, "tracker": None, "outcome": None
    }  # fmt: skip
    await client.get("/api/v1/dead")
    assert desk.asked == {"cursor": None, "limit": 100}


@pytest.mark.parametrize("path", ["links", "events", "dead"])
@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", ""])
async def test_a_limit_beyond_all_limits_is_refused(
    client: httpx.AsyncClient, path: str, limit: str
) -> None:
    answer = await client.get(f"/api/v1/{path}?limit={limit}")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("limit: ")


@pytest.mark.parametrize("field", ["case", "issue"])
async def test_a_plan_is_for_a_case_or_an_issue(
    client: httpx.AsyncClient, field: str
) -> None:
    answer = await client.post("/api/v1/plan", json={field: "x:1"})
    assert (answer.status_code, answer.json()["seen"]) == (200, {"for": "x:1"})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("links", b"{"),
        ("links", b"[]"),
        ("links", b"\xff"),
        ("links", b"{}"),
        ("links", b'{"issue": 1, "case": "c"}'),
        ("links", b'{"issue": "", "case": "c"}'),
        ("links", b'{"issue": "i", "case": "c", "more": "sent-canary"}'),
        ("plan", b"{}"),
        ("plan", b'{"issue": "i", "case": "c"}'),
    ],
)
async def test_a_question_that_does_not_fit_is_refused(
    client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    answer = await client.post(f"/api/v1/{path}", content=body)
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert "sent-canary" not in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("no case cases:1"), 404),
        (GoneError("cases: no such case"), 404),
        (Unclear("which tracker?"), 400),
        (TransientError("cases: no answer"), 502),
        (ForbiddenError("cases: 403"), 502),
    ],
)
async def test_the_desk_and_the_trackers_may_refuse(
    client: httpx.AsyncClient, desk: PaperDesk, error: Exception, status: int
) -> None:
    desk.fails_with = error
    answer = await client.post("/api/v1/links", json=LINK)
    assert (answer.status_code, answer.json()["detail"]) == (status, str(error))


async def test_a_fault_is_logged_under_the_id_it_shows(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.fails_with = RuntimeError("inner-canary")
    with capture_logs() as logged:
        answer = await client.get("/api/v1/status")

    assert answer.status_code == 500
    assert "inner-canary" not in answer.text
    (line,) = [entry for entry in logged if entry["event"] == "request.failed"]
    assert line["incident"] == answer.json()["incident"]


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/hooks", "/hooks/"])
async def test_an_unknown_address_is_a_problem(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_wrong_method_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/v1/links")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(",")) >= {"GET", "POST"}


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/status", "/nothing"])
async def test_every_answer_has_its_headers(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers
    assert headers["Server"] == "bridge"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


async def ask(path: str, headers: dict[str, Any] | None = None) -> httpx.Response:
    """The answer of a server that has a token."""

    async def readiness() -> list[str]:
        return []

    app = web.build(
        PaperIntake(), PaperDesk(), readiness=readiness, api_token=SecretStr(TOKEN)
    )
    async with (
        web.listening(app, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        return await client.get(url + path, headers=headers)


async def test_the_bearer_of_the_token_is_let_in() -> None:
    for scheme in ("Bearer", "bearer"):
        answer = await ask("/api/v1/status", {"Authorization": f"{scheme} {TOKEN}"})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer x", TOKEN, f"Basic {TOKEN}", b"Bearer \xff\xe9"],
)
@pytest.mark.parametrize("path", ["/api/v1/status", "/api/v1/nothing", "/api/"])
async def test_nobody_else_is(header: str | bytes | None, path: str) -> None:
    headers = None if header is None else {"Authorization": header}
    answer = await ask(path, headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert TOKEN not in answer.text


@pytest.mark.parametrize("path", ["/%61pi/v1/status", "/api%2Fv1/status"])
async def test_no_spelling_of_the_path_goes_round_the_guard(path: str) -> None:
    assert (await ask(path)).status_code in {401, 404}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_health_needs_no_token(path: str) -> None:
    assert (await ask(path)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
async def test_without_a_token_foreign_pages_are_kept_out(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post("/api/v1/links", json=LINK, headers=headers)
    assert answer.status_code == 403


async def test_without_a_token_this_machine_is_let_in(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Host": "localhost:8080", "Origin": "http://localhost:8080"}
    assert (await client.get("/api/v1/status", headers=headers)).status_code == 200


async def test_readiness_gives_its_reasons(
    client: httpx.AsyncClient, reasons: list[str]
) -> None:
    assert (await client.get("/readyz")).json()["ready"]
    reasons.append("the store is <down>")

    answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["the store is <down>"]
    assert (await client.get("/healthz")).status_code == 200

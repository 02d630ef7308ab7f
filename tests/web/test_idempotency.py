"""Requests with a key: sent again, sent otherwise, and cut off."""

import asyncio
from typing import Any

import httpx
import pytest

from bridge.ports.errors import NotFound, StoreUnavailable, TransientError
from bridge.web.idempotency import HEADER, REPEATED
from bridge.web.operations import OPERATIONS
from tests.web.fakes import PaperDesk

LINK = {"issue": "errors:1", "case": "cases:1"}
KEY = {HEADER: "3f0ae9a4-1f0e-4f3e-9d4e-3a2f8d1f4b7c"}

READING = {
    "/api/v1/plan",
    "/api/v1/rules/test",
    "/api/v1/rules/recorded",
    "/hooks/{tracker}",
}
"""Where a POST asks only, or has an identity of its own."""


def test_every_post_that_acts_takes_a_key() -> None:
    posts = {one.path: one.acts for one in OPERATIONS if one.method == "post"}
    assert {path for path, acts in posts.items() if not acts} == READING


async def test_the_same_again_is_answered_alike_and_acts_once(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    first = await client.post("/api/v1/links", json=LINK, headers=KEY)
    desk.linked.clear()
    again = await client.post("/api/v1/links", json=LINK, headers=KEY)

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert (REPEATED in first.headers, again.headers[REPEATED]) == (False, "true")
    assert desk.linked == {}


async def test_a_refusal_is_kept_too(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.fails_with = NotFound("no case 1")
    first = await client.post("/api/v1/links", json=LINK, headers=KEY)
    desk.fails_with = None
    again = await client.post("/api/v1/links", json=LINK, headers=KEY)

    assert first.status_code == again.status_code == 404
    assert first.json() == again.json()
    assert again.headers["Content-Type"] == "application/problem+json"
    assert desk.linked == {}


@pytest.mark.parametrize(
    "fault", [TransientError("busy"), StoreUnavailable("down"), RuntimeError("bug")]
)
async def test_after_a_fault_the_key_is_free(
    client: httpx.AsyncClient, desk: PaperDesk, fault: Exception
) -> None:
    desk.fails_with = fault
    first = await client.post("/api/v1/links", json=LINK, headers=KEY)
    desk.fails_with = None
    again = await client.post("/api/v1/links", json=LINK, headers=KEY)

    assert first.status_code >= 500
    assert again.status_code == 201
    assert desk.linked == {"errors:1": "cases:1"}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("links", {"issue": "errors:1", "case": "cases:2"}),
        ("cases", {"issue": "errors:1"}),
        ("dead/x1/retry", None),
    ],
)
async def test_another_request_with_the_key_is_refused(
    client: httpx.AsyncClient, desk: PaperDesk, path: str, told: Any
) -> None:
    await client.post("/api/v1/links", json=LINK, headers=KEY)
    answer = await client.post(f"/api/v1/{path}", json=told, headers=KEY)

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "with another request before" in answer.json()["detail"]
    assert desk.linked == {"errors:1": "cases:1"}


async def test_while_the_first_is_under_way_the_second_is_put_off(
    client: httpx.AsyncClient, desk: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def link(issue: str, case: str) -> dict[str, Any]:
        begun.set()
        await may_end.wait()
        return {"issue": issue, "case": case}

    monkeypatch.setattr(desk, "link", link)
    posting = asyncio.create_task(client.post("/api/v1/links", json=LINK, headers=KEY))
    await begun.wait()
    second = await client.post("/api/v1/links", json=LINK, headers=KEY)
    may_end.set()
    first = await posting
    third = await client.post("/api/v1/links", json=LINK, headers=KEY)

    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    assert "is not done yet" in second.json()["detail"]
    assert (first.status_code, third.status_code) == (201, 201)


async def test_who_acted_is_told_so_although_it_could_not_be_kept(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.keys.keeps_nothing = True
    answer = await client.post("/api/v1/links", json=LINK, headers=KEY)

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "key",
    ["", "k" * 256, "a\tb", "\u00fc", '"' + "k" * 256 + '"', '""', '"k1', '"', '"k"1'],
)
async def test_a_key_that_is_none_is_refused(
    client: httpx.AsyncClient, desk: PaperDesk, key: str
) -> None:
    given = {HEADER.encode(): key.encode()}
    answer = await client.post("/api/v1/links", json=LINK, headers=given)

    assert answer.status_code == 400
    assert "Idempotency-Key: send it once, with 1 to 255 visible" in answer.text
    assert desk.linked == {}


async def test_two_keys_are_refused(client: httpx.AsyncClient) -> None:
    given = [(HEADER, "a"), (HEADER, "b")]
    answer = await client.post("/api/v1/links", json=LINK, headers=given)
    assert answer.status_code == 400


async def test_a_key_may_be_quoted_as_the_draft_has_it(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    longest = "k" * 255
    await client.post("/api/v1/links", json=LINK, headers={HEADER: longest})
    again = await client.post(
        "/api/v1/links", json=LINK, headers={HEADER: f'"{longest}"'}
    )
    escaped = {HEADER: r'"a\"b\\"'}
    await client.post("/api/v1/dead/x/retry", headers=escaped)

    assert again.headers[REPEATED] == "true"
    assert set(desk.keys.claims) == {longest, 'a"b\\'}


async def test_a_question_needs_no_key_and_uses_none(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    for _ in range(2):
        await client.get("/api/v1/links", headers=KEY)
        await client.post("/api/v1/plan", json={"case": "cases:1"}, headers=KEY)
    assert desk.keys.claims == {}


async def test_a_long_answer_is_not_kept(
    client: httpx.AsyncClient, desk: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resync(cases: list[str], **_: Any) -> dict[str, Any]:
        return {"items": ["x" * 70_000], "next": None}

    monkeypatch.setattr(desk, "resync", resync)
    told = {"dry_run": True}
    answer = await client.post("/api/v1/resync", json=told, headers=KEY)

    assert (answer.status_code, desk.keys.claims) == (200, {})


async def test_what_cannot_be_read_takes_no_key(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    many = {"cases": ["cases:1"] * 500}
    answer = await client.post("/api/v1/resync", json=many, headers=KEY)

    assert (answer.status_code, desk.keys.claims) == (413, {})

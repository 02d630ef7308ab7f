"""The routes for what people look at."""

from typing import Any

import httpx
import pytest

from bridge.ports.survey import Standing
from tests.web.fakes import PaperDesk
from tests.web.looks import CASE


async def test_cases_are_searched_narrowed_and_paged(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    desk.overview.listed = [CASE]
    asked = {"q": "SHOP", "standing": "drifted", "cursor": "1:cases:1", "limit": "7"}
    answer = await client.get("/api/v1/cases", params=asked)

    assert answer.json() == {"items": [CASE], "next": None}
    assert desk.overview.asked == {
        "text": "SHOP",
        "standing": "drifted",
        "cursor": "1:cases:1",
        "limit": 7,
    }


async def test_all_cases_are_listed_where_nothing_is_asked(
    client: httpx.AsyncClient, desk: PaperDesk
) -> None:
    await client.get("/api/v1/cases")
    nothing: dict[str, Any] = {"text": "", "standing": "", "cursor": None}
    assert desk.overview.asked == {**nothing, "limit": 100}


@pytest.mark.parametrize("query", ["standing=well", "show=open", "limit=0", "q="])
async def test_what_cannot_be_asked_of_cases_is_refused(
    client: httpx.AsyncClient, query: str
) -> None:
    answer = await client.get(f"/api/v1/cases?{query}")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].partition(":")[0] in {
        *("standing", "no such parameter", "limit", "q")
    }


async def test_the_choice_of_standings_is_told(client: httpx.AsyncClient) -> None:
    detail = (await client.get("/api/v1/cases?standing=x")).json()["detail"]
    assert all(f"'{one.value}'" in detail for one in Standing)


async def test_one_case_is_told_in_full(client: httpx.AsyncClient) -> None:
    found = await client.get("/api/v1/cases/cases%3A1")
    missing = await client.get("/api/v1/cases/cases%3A2")

    assert (found.status_code, found.json()) == (200, CASE)
    assert (missing.status_code, missing.json()["detail"]) == (
        404,
        "cases:2 has no linked issue",
    )


@pytest.mark.parametrize(
    ("path", "key"), [("rules", "default"), ("abilities", "all"), ("pulse", "ended")]
)
async def test_rules_abilities_and_pulse_are_told(
    client: httpx.AsyncClient, path: str, key: str
) -> None:
    answer = await client.get(f"/api/v1/{path}")

    assert answer.status_code == 200
    assert key in answer.json()
    assert (await client.get(f"/api/v1/{path}?x=1")).status_code == 400

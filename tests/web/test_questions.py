"""What an address may ask of the API."""

import httpx
import pytest

LISTS = ["links", "events", "dead"]


@pytest.mark.parametrize("path", ["status", "backfill", *LISTS])
async def test_an_unknown_parameter_is_named(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(f"/api/v1/{path}?casse=a&more=sent-canary")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("no such parameter: casse, more")
    assert "sent-canary" not in answer.text


async def test_the_parameters_that_there_are_are_listed(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/api/v1/dead?case=a")
    expected = "no such parameter: case; there is: cursor, limit"
    assert answer.json()["detail"] == expected


@pytest.mark.parametrize("path", LISTS)
async def test_a_parameter_counts_once(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/api/v1/{path}?limit=1&limit=2")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "given more than once: limit"

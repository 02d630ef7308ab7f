"""Requests as they go over the wire, without Datadog's own client."""

from typing import Any

import aiohttp


def case_update(**attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "case", "attributes": attributes}}


async def case_attributes(http: aiohttp.ClientSession, case: str) -> dict[str, Any]:
    async with http.get(f"/api/v2/cases/{case}") as answer:
        body = await answer.json(content_type=None)
        found: dict[str, Any] = body["data"]["attributes"]
        return found


async def post_to_case(
    http: aiohttp.ClientSession, path: str, body: dict[str, Any]
) -> tuple[int, Any]:
    async with http.post(f"/api/v2/cases{path}", json=body) as answer:
        return answer.status, await answer.json(content_type=None)

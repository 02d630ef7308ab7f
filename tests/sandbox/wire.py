"""Requests as they go over the wire, without Datadog's own client."""

from typing import Any

import aiohttp

from bridge.sandbox.world import World


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


def issue_path(world: World) -> str:
    return f"/api/v2/error-tracking/issues/{next(iter(world.issues))}"


def issue_state(state: str) -> dict[str, Any]:
    attributes = {"state": state}
    return {"data": {"type": "error_tracking_issue", "attributes": attributes}}


async def got(http: aiohttp.ClientSession, path: str) -> Any:
    async with http.get(path) as answer:
        return answer, await answer.json(content_type=None)

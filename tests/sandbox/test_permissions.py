"""Permissions that are withheld from the sandbox's application key."""

import aiohttp
import pytest

NOWHERE = "67d80aa3-36ff-44b9-a694-c501a7591737"

CALLS = {
    "error_tracking_read": ("GET", f"/api/v2/error-tracking/issues/{NOWHERE}"),
    "error_tracking_write": ("PUT", f"/api/v2/error-tracking/issues/{NOWHERE}/state"),
    "cases_read": ("GET", f"/api/v2/cases/{NOWHERE}"),
    "cases_write": ("POST", f"/api/v2/cases/{NOWHERE}/status"),
    "manage_integrations": (
        "GET",
        "/api/v1/integration/webhooks/configuration/webhooks/none",
    ),
}


async def status(http: aiohttp.ClientSession, method: str, path: str) -> int:
    kind = "error_tracking_issue" if "error-tracking" in path else "case"
    words = {"state": "RESOLVED", "status": "OPEN"}
    body = {"data": {"type": kind, "id": NOWHERE, "attributes": words}}
    async with http.request(method, path, json=body) as answer:
        return answer.status


@pytest.mark.parametrize("withheld", CALLS)
async def test_only_what_is_withheld_is_refused(
    http: aiohttp.ClientSession, withheld: str
) -> None:
    asked = {"withheld": [withheld]}
    async with http.put("/sandbox/permissions", json=asked) as answer:
        assert await answer.json() == asked

    found = {name: await status(http, *call) for name, call in CALLS.items()}

    assert found == {name: 403 if name == withheld else 404 for name in CALLS}


async def test_an_unknown_permission_is_refused(http: aiohttp.ClientSession) -> None:
    asked = {"withheld": ["everything"]}
    async with http.put("/sandbox/permissions", json=asked) as answer:
        assert answer.status == 400
    async with http.get("/sandbox/permissions") as answer:
        assert await answer.json() == {"withheld": []}


async def test_an_api_key_is_validated_by_itself(url: str) -> None:
    async with aiohttp.ClientSession(url) as session:
        for key, wanted in (("sandbox-api-key", 200), ("wrong", 403)):
            headers = {"DD-API-KEY": key}
            async with session.get("/api/v1/validate", headers=headers) as answer:
                assert answer.status == wanted

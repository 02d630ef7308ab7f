"""What the application key may do, and the ways to take that away from it.

| route | does |
|---|---|
| ``GET /api/v1/validate`` | says that the API key is valid, as Datadog's does |
| ``GET, PUT /sandbox/permissions`` | the permissions that are withheld; withhold others: ``{"withheld": ["cases_write"]}`` |
"""  # noqa: E501 - a table

import json
from enum import StrEnum

from aiohttp import web

from bridge.sandbox.answers import Handler, error_object
from bridge.sandbox.sandbox import sandbox_of

VALIDATE = "/api/v1/validate"


class Permission(StrEnum):
    """A permission of an application key, by its name as a scope."""

    ERROR_TRACKING_READ = "error_tracking_read"
    ERROR_TRACKING_WRITE = "error_tracking_write"
    CASES_READ = "cases_read"
    CASES_WRITE = "cases_write"
    MANAGE_INTEGRATIONS = "manage_integrations"


api_routes = web.RouteTableDef()
control_routes = web.RouteTableDef()


@api_routes.get(VALIDATE)
async def validate(_: web.Request) -> web.Response:
    """The API key is valid, or the request would not have come so far."""
    return web.json_response({"valid": True})


@control_routes.get("/sandbox/permissions")
async def list_withheld(request: web.Request) -> web.Response:
    """What is withheld."""
    return _told(request)


@control_routes.put("/sandbox/permissions")
async def withhold(request: web.Request) -> web.Response:
    """Withhold exactly these from now on."""
    if request.content_type != "application/json":
        return web.json_response({"error": "send application/json"}, status=415)
    try:
        asked = {Permission(name) for name in (await request.json())["withheld"]}
    except (ValueError, TypeError, KeyError, json.JSONDecodeError):
        known = ", ".join(Permission)
        text = f'send {{"withheld": […]}} with any of {known}'
        return web.json_response({"error": text}, status=400)
    sandbox_of(request).withheld = {name.value for name in asked}
    return _told(request)


def _told(request: web.Request) -> web.Response:
    return web.json_response({"withheld": sorted(sandbox_of(request).withheld)})


@web.middleware
async def check_permissions(
    request: web.Request, handler: Handler
) -> web.StreamResponse:
    """Refuse (403) what the key may not do, whether or not the thing exists."""
    needed = needed_for(request.method, request.path)
    if needed is not None and needed in sandbox_of(request).withheld:
        return error_object(403, "Forbidden", f"missing permission {needed}")
    return await handler(request)


def needed_for(method: str, path: str) -> Permission | None:
    """The permission that a request needs; None where the keys alone will do."""
    is_read = method == "GET" or path.endswith("/issues/search")
    if path.startswith("/api/v2/error-tracking"):
        if is_read:
            return Permission.ERROR_TRACKING_READ
        return Permission.ERROR_TRACKING_WRITE
    if path.startswith("/api/v2/cases"):
        return Permission.CASES_READ if is_read else Permission.CASES_WRITE
    if path.startswith("/api/v1/integration"):
        return Permission.MANAGE_INTEGRATIONS
    return None

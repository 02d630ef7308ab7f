"""Case Management over HTTP: changing one case."""

from collections.abc import Callable

from aiohttp import web

from bridge.sandbox import case_changes
from bridge.sandbox.answers import (
    BadRequest,
    attributes,
    must_be_uuid,
    optional_text,
    request_data,
    text_of,
)
from bridge.sandbox.api_cases import changed
from bridge.sandbox.records import Case, Hand, Insight
from bridge.sandbox.sandbox import sandbox_of
from bridge.sandbox.world import Refused, World

_CASE = "/api/v2/cases/{case}"
_MOST_INSIGHTS = 100

Change = Callable[[World, str, str, Hand], Case]
PlainChange = Callable[[World, str, Hand], Case]

routes = web.RouteTableDef()


@routes.post(f"{_CASE}/status")
async def set_status(request: web.Request) -> web.Response:
    """Move a case by ``status_name``, or by the legacy ``status``."""
    asked = await attributes(request, "case")
    name = optional_text(asked, "status_name")
    if name is not None:
        return _apply(request, case_changes.set_status, name)
    return _apply(request, case_changes.set_legacy_status, text_of(asked, "status"))


@routes.post(f"{_CASE}/priority")
async def set_priority(request: web.Request) -> web.Response:
    """Give a case a priority."""
    asked = text_of(await attributes(request, "case"), "priority")
    return _apply(request, case_changes.set_priority, asked)


@routes.post(f"{_CASE}/title")
async def set_title(request: web.Request) -> web.Response:
    """Rename a case."""
    asked = text_of(await attributes(request, "case"), "title")
    return _apply(request, case_changes.set_title, asked)


@routes.post(f"{_CASE}/description")
async def set_description(request: web.Request) -> web.Response:
    """Describe a case anew."""
    asked = text_of(await attributes(request, "case"), "description")
    return _apply(request, case_changes.set_description, asked)


@routes.post(f"{_CASE}/assign")
async def assign(request: web.Request) -> web.Response:
    """Assign a case to a user."""
    asked = text_of(await attributes(request, "case"), "assignee_id")
    user_id = must_be_uuid(asked, f"invalid UUID length: {len(asked)}")
    return _apply(request, case_changes.assign, user_id)


@routes.post(f"{_CASE}/unassign")
async def unassign(request: web.Request) -> web.Response:
    """Take the assignee off a case."""
    return await _apply_plain(request, _unassign)


@routes.post(f"{_CASE}/archive")
async def archive(request: web.Request) -> web.Response:
    """Put a case out of sight."""
    return await _apply_plain(request, case_changes.archive)


@routes.post(f"{_CASE}/unarchive")
async def unarchive(request: web.Request) -> web.Response:
    """Bring a case back."""
    return await _apply_plain(request, case_changes.unarchive)


@routes.patch(f"{_CASE}/relationships/project")
async def move(request: web.Request) -> web.Response:
    """Move a case to another project: it gets a new key."""
    project = text_of(await request_data(request, "project"), "id")
    return _apply(request, case_changes.move, project)


@routes.put(f"{_CASE}/insights")
async def add_insights(request: web.Request) -> web.Response:
    """List things on a case."""
    sandbox = sandbox_of(request)
    insights = await _insights(request)
    case = case_changes.add_insights(
        sandbox.world, request.match_info["case"], insights, sandbox.api_hand
    )
    return changed(sandbox.world, case)


@routes.delete(f"{_CASE}/insights")
async def remove_insights(request: web.Request) -> web.Response:
    """Take things off a case; they are named in the body of the DELETE."""
    sandbox = sandbox_of(request)
    insights = await _insights(request)
    case = case_changes.remove_insights(
        sandbox.world, request.match_info["case"], insights, sandbox.api_hand
    )
    return changed(sandbox.world, case)


def _unassign(world: World, case: str, hand: Hand) -> Case:
    return case_changes.assign(world, case, None, hand)


def _apply(request: web.Request, change: Change, value: str) -> web.Response:
    sandbox = sandbox_of(request)
    try:
        case = change(
            sandbox.world, request.match_info["case"], value, sandbox.api_hand
        )
    except Refused as exc:
        raise BadRequest(str(exc), "Generic Error") from exc
    return changed(sandbox.world, case)


async def _apply_plain(request: web.Request, change: PlainChange) -> web.Response:
    await request_data(request, "case")
    sandbox = sandbox_of(request)
    case = change(sandbox.world, request.match_info["case"], sandbox.api_hand)
    return changed(sandbox.world, case)


async def _insights(request: web.Request) -> tuple[Insight, ...]:
    asked = (await attributes(request, "case")).get("insights")
    if not isinstance(asked, list) or not 1 <= len(asked) <= _MOST_INSIGHTS:
        raise BadRequest("insights must hold 1 to 100 items")
    if not all(isinstance(item, dict) for item in asked):
        raise BadRequest("insights must be objects")
    return tuple(
        Insight(*(text_of(item, name) for name in ("type", "ref", "resource_id")))
        for item in asked
    )

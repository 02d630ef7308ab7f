"""Case Management over HTTP: finding, reading and making cases."""

from collections.abc import Callable
from math import ceil

from aiohttp import web

from bridge.sandbox import case_changes, search
from bridge.sandbox.answers import (
    BadRequest,
    document,
    member,
    optional_text,
    page,
    related_id,
    request_data,
    text_of,
)
from bridge.sandbox.case_documents import (
    case_document,
    case_users,
    found_case_document,
)
from bridge.sandbox.case_fields import case_fields
from bridge.sandbox.records import Case, Group
from bridge.sandbox.sandbox import sandbox_of, view_of
from bridge.sandbox.world import World

_SORTS: dict[str, Callable[[Case], object]] = {
    "created_at": lambda case: case.created_at,
    "priority": lambda case: case_changes.PRIORITIES.index(case.priority),
    "status": lambda case: list(Group).index(case.group),
}

routes = web.RouteTableDef()


@routes.get("/api/v2/cases")
async def list_cases(request: web.Request) -> web.Response:
    """Cases that the filter finds, page by page; archived ones are never found."""
    world = sandbox_of(request).world
    number, size = page(request, first=1)
    found = _sorted(request, _found(request, world))
    shown = found[(number - 1) * size : number * size]
    meta = {
        "total_cases": len(found),
        "page": {
            "current": number,
            "size": len(shown),
            "total": ceil(len(found) / size),
        },
    }
    return document(
        [found_case_document(world, case) for case in shown],
        included=case_users(world, shown),
        meta=meta,
    )


@routes.post("/api/v2/cases")
async def create_case(request: web.Request) -> web.Response:
    """Make a case; there is no idempotency key, so twice makes two."""
    sandbox = sandbox_of(request)
    data = await request_data(request, "case")
    asked = member(data, "attributes")
    project = related_id(data, "project")
    if project not in sandbox.world.projects:
        raise BadRequest("project not found")
    case = case_changes.create(
        sandbox.world,
        sandbox.api_hand,
        title=text_of(asked, "title"),
        type_id=text_of(asked, "type_id"),
        project=project,
        description=text_of(asked, "description", ""),
        priority=text_of(asked, "priority", "NOT_DEFINED"),
        status_name=optional_text(asked, "status_name"),
        assignee=related_id(data, "assignee"),
    )
    return changed(sandbox.world, case, status=201)


@routes.get("/api/v2/cases/{case}")
async def get_case(request: web.Request) -> web.Response:
    """One case, by UUID or key."""
    case = view_of(request).case(request.match_info["case"])
    return changed(sandbox_of(request).world, case)


def changed(world: World, case: Case, *, status: int = 200) -> web.Response:
    """The answer that carries one case."""
    return document(
        case_document(case), status=status, included=case_users(world, (case,))
    )


def _found(request: web.Request, world: World) -> list[Case]:
    try:
        matches = search.parse(request.query.get("filter", ""))
    except search.BadQuery as exc:
        raise BadRequest(str(exc)) from exc
    return [
        case
        for case in view_of(request).found_cases()
        if case.archived_at is None and matches(case_fields(world, case))
    ]


def _sorted(request: web.Request, cases: list[Case]) -> list[Case]:
    name = request.query.get("sort[field]", "created_at")
    if name not in _SORTS:
        raise BadRequest(f"invalid sort field {name}", "Invalid Parameter")
    is_ascending = request.query.get("sort[asc]", "false").lower() == "true"
    ordered = sorted(cases, key=lambda case: (case.created_at, case.id))
    ordered.sort(key=_SORTS[name], reverse=not is_ascending)  # type: ignore[arg-type]
    return ordered

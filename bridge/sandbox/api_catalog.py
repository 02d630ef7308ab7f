"""Over HTTP: case types, projects, and the people of both products."""

from aiohttp import web

from bridge.sandbox.answers import attributes, document, page, text_of
from bridge.sandbox.documents import project_document, type_document, user_document
from bridge.sandbox.sandbox import sandbox_of
from bridge.sandbox.world import NoSuchThing

routes = web.RouteTableDef()
user_routes = web.RouteTableDef()


@routes.get("/api/v2/cases/types")
async def list_types(request: web.Request) -> web.Response:
    """Every case type, deleted ones too."""
    types = sandbox_of(request).world.types.values()
    return document([type_document(case_type) for case_type in types])


@routes.get("/api/v2/cases/projects")
async def list_projects(request: web.Request) -> web.Response:
    """Every project."""
    projects = sandbox_of(request).world.projects.values()
    return document([project_document(project) for project in projects])


@routes.post("/api/v2/cases/projects")
async def create_project(request: web.Request) -> web.Response:
    """A new project."""
    asked = await attributes(request, "project")
    world = sandbox_of(request).world
    project = world.add_project(text_of(asked, "key"), text_of(asked, "name"))
    return document(project_document(project), status=201)


@routes.get("/api/v2/cases/projects/{project}")
async def get_project(request: web.Request) -> web.Response:
    """One project."""
    project = sandbox_of(request).world.project(request.match_info["project"])
    return document(project_document(project))


@user_routes.get("/api/v2/users")
async def list_users(request: web.Request) -> web.Response:
    """Accounts whose name or e-mail holds ``filter``."""
    users = list(sandbox_of(request).world.users.values())
    wanted = request.query.get("filter", "").lower()
    found = [u for u in users if wanted in f"{u.name} {u.email}".lower()]
    number, size = page(request, first=0)
    shown = found[number * size : (number + 1) * size]
    totals = {"total_count": len(users), "total_filtered_count": len(found)}
    return document([user_document(user) for user in shown], meta={"page": totals})


@user_routes.get("/api/v2/users/{user}")
async def get_user(request: web.Request) -> web.Response:
    """One account."""
    user_id = request.match_info["user"]
    users = sandbox_of(request).world.users
    if user_id not in users:
        raise NoSuchThing("user not found")
    return document(user_document(users[user_id]))

"""The sandbox's HTTP servers: one for both products, or one for each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from aiohttp import web

from bridge.sandbox import (
    api_case_edits,
    api_cases,
    api_catalog,
    api_comments,
    api_hooks,
    api_issue_comments,
    api_issues,
    control,
    page,
    permissions,
)
from bridge.sandbox.middlewares import MIDDLEWARES
from bridge.sandbox.sandbox import SANDBOX, Sandbox


class Side(StrEnum):
    """Which of Datadog's products a server speaks."""

    BOTH = "both"
    ISSUES = "issues"
    CASES = "cases"


_ROUTES = {
    Side.ISSUES: (api_issues.routes,),
    Side.CASES: (
        api_catalog.routes,
        api_hooks.rule_routes,
        api_cases.routes,
        api_case_edits.routes,
        api_comments.routes,
    ),
}
_SHARED = (api_catalog.user_routes, api_hooks.routes, permissions.api_routes)


def build_app(sandbox: Sandbox, *, side: Side = Side.BOTH) -> web.Application:
    """The application: Datadog's API and what is beside it, control, the page."""
    app = web.Application(client_max_size=4 * 1024**2)
    app[SANDBOX] = sandbox
    page.add_to(app)
    app.add_routes(control.routes)
    app.add_routes(permissions.control_routes)
    app.add_subapp("/api", _api(side))
    if sandbox.issue_comments and side is not Side.CASES:
        beside, prefix = _empty_api(), api_issue_comments.PREFIX
        beside.add_routes(_below(prefix, api_issue_comments.routes))
        app.add_subapp(prefix, beside)
    return app


def _empty_api() -> web.Application:
    return web.Application(middlewares=MIDDLEWARES, client_max_size=4 * 1024**2)


def _api(side: Side) -> web.Application:
    api = _empty_api()
    for one in (Side.ISSUES, Side.CASES):
        if side in {one, Side.BOTH}:
            for routes in _ROUTES[one]:
                api.add_routes(_below("/api", routes))
    for routes in _SHARED:
        api.add_routes(_below("/api", routes))
    return api


def _below(prefix: str, routes: web.RouteTableDef) -> list[web.RouteDef]:
    found = [route for route in routes if isinstance(route, web.RouteDef)]
    return [web.route(r.method, r.path.removeprefix(prefix), r.handler) for r in found]


@asynccontextmanager
async def serving(
    sandbox: Sandbox,
    *,
    side: Side = Side.BOTH,
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncIterator[str]:
    """Serve while the block runs; gives the base URL. Port 0: the system chooses."""
    runner = web.AppRunner(
        build_app(sandbox, side=side), access_log=None, shutdown_timeout=1.0
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0][1]
        yield f"http://{host}:{bound}"
    finally:
        sandbox.faults.clear()
        await runner.cleanup()

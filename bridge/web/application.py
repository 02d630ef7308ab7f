"""Puts the routes for programs, their guard and the headers together."""

from aiohttp import web
from pydantic import SecretStr

from bridge.web import auth, body, health, hooks, idempotency, metrics, openapi
from bridge.web.api import Api
from bridge.web.cases import CasesApi
from bridge.web.errors import answer_errors
from bridge.web.looking import LookingApi
from bridge.web.operating import OperatingApi
from bridge.web.ports import Exposition, Intake, Readiness, ServedDesk, Warnings
from bridge.web.rules import RulesApi

SERVER_NAME = "bridge"

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def build(
    intake: Intake,
    desk: ServedDesk,
    *,
    readiness: Readiness,
    warnings: Warnings = tuple,
    exposition: Exposition = metrics.nothing,
    api_token: SecretStr | None = None,
    max_body: int = 1024**2,
    body_timeout: float = body.DEFAULT_TIMEOUT,
    version: str = "",
) -> web.Application:
    """Webhooks, API and health over an intake and a desk. *body_timeout* in seconds."""
    guard, once = auth.guard(api_token), idempotency.once(desk.keys)
    app = web.Application(middlewares=[answer_errors, guard, once])
    app[body.MAX_BODY] = max_body
    app[body.BODY_TIMEOUT] = body_timeout
    app.add_routes(hooks.routes(intake))
    app.add_routes(Api(desk).routes())
    app.add_routes(CasesApi(desk).routes())
    app.add_routes(LookingApi(desk).routes())
    app.add_routes(OperatingApi(desk).routes())
    app.add_routes(RulesApi(desk).routes())
    app.add_routes(openapi.routes(version, has_token=api_token is not None))
    app.add_routes(health.routes(readiness, warnings))
    app.add_routes(metrics.routes(exposition))
    app.on_response_prepare.append(_add_headers)
    return app


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = SERVER_NAME
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)

"""``/healthz`` and ``/readyz``, for whatever starts the bridge and watches it."""

import orjson
from aiohttp import web

from bridge.web.ports import Readiness, Warnings


def routes(readiness: Readiness, warnings: Warnings) -> list[web.RouteDef]:
    """The two routes."""

    async def alive(_: web.Request) -> web.Response:
        return _json({"status": "ok"})

    async def ready(_: web.Request) -> web.Response:
        reasons = list(await readiness())
        answer = {
            "ready": not reasons,
            "reasons": reasons,
            "warnings": list(warnings()),
        }
        return _json(answer, status=503 if reasons else 200)

    return [web.get("/healthz", alive), web.get("/readyz", ready)]


def _json(value: object, *, status: int = 200) -> web.Response:
    return web.Response(
        status=status, body=orjson.dumps(value), content_type="application/json"
    )

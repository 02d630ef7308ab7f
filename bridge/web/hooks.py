"""``POST /hooks/{tracker}``: takes a delivery and answers once it is durable."""

import orjson
import structlog
from aiohttp import web

from bridge.ports.errors import DeliveryRefused
from bridge.web import body
from bridge.web.ports import Intake

_log = structlog.get_logger()


def routes(intake: Intake) -> list[web.RouteDef]:
    """The route that trackers call."""

    async def accept(request: web.Request) -> web.Response:
        tracker = request.match_info["tracker"]
        try:
            accepted = await intake.accept(
                tracker, request.headers, await body.read(request)
            )
        except DeliveryRefused as exc:
            _log.warning("delivery.refused", tracker=tracker, reason=type(exc).__name__)
            raise
        return web.Response(
            status=202,
            body=orjson.dumps({"delivery": accepted.id}),
            content_type="application/json",
        )

    return [web.post("/hooks/{tracker}", accept)]

"""``POST /hooks/{tracker}``: takes a delivery and answers once it is durable."""

from collections import Counter
from collections.abc import Callable
from time import monotonic

import orjson
import structlog
from aiohttp import web

from bridge.ports.errors import DeliveryRefused
from bridge.web import body
from bridge.web.ports import Intake

QUIET = 10.0
"""Seconds for which no more is logged of deliveries that are refused for one reason."""

_NAME_LENGTH = 100

_log = structlog.get_logger()


def routes(intake: Intake, now: Callable[[], float] = monotonic) -> list[web.RouteDef]:
    """The route that trackers call; *now* in seconds from any moment on."""
    refusals = _Refusals(now)

    async def accept(request: web.Request) -> web.Response:
        tracker = request.match_info["tracker"]
        try:
            accepted = await intake.accept(
                tracker, request.headers, await body.read(request)
            )
        except DeliveryRefused as exc:
            refusals.tell(tracker, type(exc).__name__)
            raise
        return web.Response(
            status=202,
            body=orjson.dumps({"delivery": accepted.id}),
            content_type="application/json",
        )

    return [web.post("/hooks/{tracker}", accept)]


class _Refusals:
    """Logs the first refusal for each reason and then how many there were: whoever
    knows no secret can send any number. The metrics count them all."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._quiet_until: dict[str, float] = {}
        self._unsaid: Counter[str] = Counter()

    def tell(self, tracker: str, reason: str) -> None:
        now = self._now()
        if now < self._quiet_until.get(reason, now):
            self._unsaid[reason] += 1
            return
        self._quiet_until[reason] = now + QUIET
        _log.warning(
            "delivery.refused",
            tracker=tracker[:_NAME_LENGTH],
            reason=reason,
            others=self._unsaid.pop(reason, 0),
        )

"""``POST /hooks/{tracker}``: takes a delivery and answers once it is durable."""

from collections import Counter
from collections.abc import Callable
from time import monotonic

import orjson
import structlog
from aiohttp import web

from bridge.ports.errors import DeliveryRefused, UnknownTracker
from bridge.web import body
from bridge.web.ports import Intake

QUIET = 10.0
"""Seconds for which no more is logged of deliveries that one tracker is refused for one
reason."""

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
            refusals.tell(tracker, exc)
            raise
        return web.Response(
            status=202,
            body=orjson.dumps({"delivery": accepted.id}),
            content_type="application/json",
        )

    return [web.post("/hooks/{tracker}", accept)]


class _Refusals:
    """Logs the first refusal for each reason at each tracker and then how many there
    were: whoever knows no secret can send any number. The metrics count them all."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._quiet_until: dict[tuple[str, str], float] = {}
        self._unsaid: Counter[tuple[str, str]] = Counter()

    def tell(self, tracker: str, exc: DeliveryRefused) -> None:
        now, reason = self._now(), type(exc).__name__
        # Names of trackers that there are not could be without end.
        about = ("" if isinstance(exc, UnknownTracker) else tracker, reason)
        if now < self._quiet_until.get(about, now):
            self._unsaid[about] += 1
            return
        self._quiet_until[about] = now + QUIET
        _log.warning(
            "delivery.refused",
            tracker=tracker[:_NAME_LENGTH],
            reason=reason,
            others=self._unsaid.pop(about, 0),
        )

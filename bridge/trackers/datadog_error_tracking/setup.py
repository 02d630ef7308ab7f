"""Sets Error Tracking up for the bridge: what the API can, and what people must."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from bridge.domain.model import TrackerName
from bridge.ports.clock import Clock
from bridge.ports.setup import Doing, Finding, Step, Wanted
from bridge.trackers.datadog import permissions
from bridge.trackers.datadog.client import http_of
from bridge.trackers.datadog.installed import webhook_finding
from bridge.trackers.datadog.integration import OurWebhook
from bridge.trackers.datadog.permissions import Permission
from bridge.trackers.datadog_error_tracking.settings import ErrorTrackingSettings
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp
from bridge.transport.jsonapi import millis_of

# https://docs.datadoghq.com/monitors/types/error_tracking/
_QUERY = (
    'error-tracking("*").source("all").new().rollup("count")'
    '.by("@issue.id").last("1d") > 0'
)


class ErrorTrackingSetup:
    """The setting up of one tracker of the kind ``datadog_error_tracking``."""

    def __init__(self, http: TrackerHttp, webhook: OurWebhook, clock: Clock) -> None:
        self._http = http
        self._webhook = webhook
        self._clock = clock

    async def probe(self, wanted: Wanted) -> tuple[Finding, ...]:
        """The keys, both permissions, and the webhook."""
        asked = (
            Permission("Error Tracking Read", self._search()),
            Permission("Error Tracking Issue Write", _write_to_nothing()),
        )
        found = await permissions.findings(self._http, asked)
        return (*found, await webhook_finding(self.installation, wanted))

    async def projects(self, named: Sequence[str]) -> tuple[Finding, ...]:
        """Nothing: no case is made here."""
        del named
        return ()

    async def installation(self, wanted: Wanted) -> tuple[Step, ...]:
        """The webhook; its caller, a monitor, is made by hand."""
        return await self._webhook.installation(wanted), self._monitor()

    async def removal(self, wanted: Wanted) -> tuple[Step, ...]:
        """The webhook; the monitor that calls it is removed by hand."""
        by_hand = f"delete the monitors that notify @webhook-{self._webhook.name}"
        return (
            Step(Doing.BY_HAND, "monitor for new issues", by_hand=(by_hand,)),
            await self._webhook.removal(wanted),
        )

    def _monitor(self) -> Step:
        return Step(
            Doing.BY_HAND,
            "monitor for new issues",
            "so that new issues are heard of at once; polling finds them all the same",
            (
                "open Monitors > New Monitor > Error Tracking and choose New Issue",
                f"query: {_QUERY}",
                "narrow the filter in the first quotation marks if you like",
                "choose Multi Alert, so that each issue is told of by itself",
                f"in the message write @webhook-{self._webhook.name}",
            ),
        )

    def _search(self) -> Call:
        now = self._clock.now()
        attributes = {
            "query": "*",
            "from": millis_of(now - timedelta(milliseconds=1)),
            "to": millis_of(now),
            "persona": "ALL",
        }
        body = {"data": {"type": "search_request", "attributes": attributes}}
        return Call(Effect.READ, "POST", _path("search"), body=body)


@asynccontextmanager
async def setting_up(
    name: TrackerName, settings: ErrorTrackingSettings, clock: Clock
) -> AsyncIterator[ErrorTrackingSetup]:
    """The setup, connected while the context lasts."""
    async with http_of(name, settings, clock) as http:
        yield ErrorTrackingSetup(http, OurWebhook(http, name, settings), clock)


def _write_to_nothing() -> Call:
    nobody = str(uuid4())
    attributes = {"state": "RESOLVED"}
    data = {"type": "error_tracking_issue", "id": nobody, "attributes": attributes}
    path = _path(nobody, "state")
    return Call(Effect.SET, "PUT", path, body={"data": data})


def _path(*segments: str) -> str:
    return path_of("api", "v2", "error-tracking", "issues", *segments)

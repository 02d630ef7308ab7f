"""Opens the HTTP client for one Datadog organisation."""

import structlog

from bridge.domain.model import TrackerName
from bridge.ports.clock import Clock
from bridge.trackers.datadog.settings import DatadogSettings
from bridge.transport.client import TrackerHttp

_log = structlog.get_logger(__name__)


def http_of(name: TrackerName, settings: DatadogSettings, clock: Clock) -> TrackerHttp:
    """A client for the tracker *name*, to be opened with ``async with``."""
    if settings.is_readable_in_transit:
        _log.warning("tracker.unencrypted", tracker=name, base_url=settings.base_url)
    return TrackerHttp(
        name,
        settings.api_url,
        headers={
            "DD-API-KEY": settings.api_key,
            "DD-APPLICATION-KEY": settings.app_key,
        },
        timeout=settings.timeout,
        concurrency=settings.concurrency,
        clock=clock,
        # They are sent too, in the webhooks that we set up.
        hidden=settings.webhook_secrets,
    )

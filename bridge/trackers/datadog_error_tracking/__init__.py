"""Datadog Error Tracking: the issue side."""

from bridge.ports.trackers import COMMENTING, Side, WebhookReader
from bridge.trackers import Kind
from bridge.trackers.datadog.webhook import DatadogWebhook
from bridge.trackers.datadog_error_tracking.client import connect
from bridge.trackers.datadog_error_tracking.settings import ErrorTrackingSettings
from bridge.trackers.datadog_error_tracking.setup import setting_up


def _reader(settings: ErrorTrackingSettings) -> WebhookReader:
    return DatadogWebhook(settings.webhook_secrets, Side.ISSUES)


KIND = Kind(
    name="datadog_error_tracking",
    side=Side.ISSUES,
    settings=ErrorTrackingSettings,
    connect=connect,
    reader=_reader,
    setup=setting_up,
    lacks=dict.fromkeys(COMMENTING, "Datadog's public API has none"),
)

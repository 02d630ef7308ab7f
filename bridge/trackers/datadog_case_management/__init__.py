"""Datadog Case Management: the case side."""

from bridge.ports.trackers import Side, WebhookReader
from bridge.trackers import Kind
from bridge.trackers.datadog.webhook import DatadogWebhook
from bridge.trackers.datadog_case_management.client import connect
from bridge.trackers.datadog_case_management.settings import CaseManagementSettings
from bridge.trackers.datadog_case_management.setup import setting_up


def _reader(settings: CaseManagementSettings) -> WebhookReader:
    return DatadogWebhook(settings.webhook_secrets, Side.CASES)


KIND = Kind(
    name="datadog_case_management",
    side=Side.CASES,
    settings=CaseManagementSettings,
    connect=connect,
    reader=_reader,
    setup=setting_up,
)

"""The configuration of an Error Tracking tracker."""

from typing import Literal

from bridge.trackers.datadog.settings import DatadogSettings


class ErrorTrackingSettings(DatadogSettings):
    """A ``[trackers.NAME]`` section of this kind."""

    kind: Literal["datadog_error_tracking"]

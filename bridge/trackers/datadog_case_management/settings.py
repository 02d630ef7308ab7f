"""The configuration of a Case Management tracker."""

from typing import Literal

from bridge.trackers.datadog.settings import DatadogSettings

ERROR_TRACKING_TYPE = "00000000-0000-0000-0000-000000000005"
"""The built-in case type that Datadog's own integration gives to its cases."""


class CaseManagementSettings(DatadogSettings):
    """A ``[trackers.NAME]`` section of this kind."""

    kind: Literal["datadog_case_management"]
    """Cases of Datadog Case Management."""
    default_project: str = ""
    """The project, by key or id, of cases that no rule sends elsewhere."""
    case_type: str = ERROR_TRACKING_TYPE
    """The id of the type that new cases get. The default is Datadog's "Error
    Tracking"."""

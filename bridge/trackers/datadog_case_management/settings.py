"""The configuration of a Case Management tracker."""

from typing import Literal

from bridge.trackers.datadog.settings import DatadogSettings

ERROR_TRACKING_TYPE = "00000000-0000-0000-0000-000000000005"
"""The built-in case type that Datadog's own integration gives to its cases."""


class CaseManagementSettings(DatadogSettings):
    """A ``[trackers.NAME]`` section of this kind.

    *default_project* (key or id) takes the cases that no rule sends elsewhere;
    *case_type* is the id of the type that new cases get.
    """

    kind: Literal["datadog_case_management"]
    default_project: str = ""
    case_type: str = ERROR_TRACKING_TYPE

"""The configuration of an Error Tracking tracker."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator

from bridge.trackers.datadog.settings import DatadogSettings

ISSUE_PLACE = "{issue}"
"""Stands in a path where the id of an issue goes."""

_SEGMENT = r"/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+"
_PATH = re.compile(rf"(?:{_SEGMENT})*/\{{issue\}}(?:{_SEGMENT})*")


def _path_for_issues(path: str) -> str:
    if path and not _PATH.fullmatch(path):
        raise ValueError('write a path as "/comments/issues/{issue}"')
    return path


class ErrorTrackingSettings(DatadogSettings):
    """A ``[trackers.NAME]`` section of this kind."""

    kind: Literal["datadog_error_tracking"]
    """Issues of Datadog Error Tracking."""
    comments_path: Annotated[str, AfterValidator(_path_for_issues)] = ""
    """The path of a comment service of yours, below the API's address and in the shape
    of the sandbox's, with ``{issue}`` in it. Datadog keeps no comments of issues."""

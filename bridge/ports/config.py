"""Types of configuration values that more than one part of the bridge reads."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
)

_DURATION_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE_UNITS = {"": 1, "B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*", value)
    if not found:
        raise ValueError('write a duration as "30s", "5m" or "2h"')
    return timedelta(seconds=float(found[1]) * _DURATION_UNITS[found[2]])


def _size(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\s*(\d+)\s*(B|KiB|MiB|GiB)?\s*", value)
    if not found:
        raise ValueError('write a size as "512KiB" or "1MiB"')
    return int(found[1]) * _SIZE_UNITS[found[2] or ""]


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""A span of time, written ``"30s"``."""


def _lasting(span: timedelta) -> timedelta:
    if not span:
        raise ValueError("must be longer than nothing")
    return span


Interval = Annotated[Duration, AfterValidator(_lasting)]
"""A span of time that is not nothing."""


def _told(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise ValueError("is empty, and a delivery could be anybody's; write a secret")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_told)]
"""What somebody must know; never empty."""


@dataclass(frozen=True, slots=True)
class Unit:
    """In what a number of the configuration counts, as the reference says it."""

    name: str


BYTES = Unit("bytes")

Size = Annotated[int, BeforeValidator(_size), BYTES]
"""A number of bytes, written ``"1MiB"``."""


class Section(BaseModel):
    """A part of the configuration: unknown keys are errors, secrets stay hidden."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )


class TrackerSettings(Section):
    """What every tracker's section may hold; a kind adds its own keys."""

    kind: str
    """The sort of tracker, which decides what else the section holds."""
    webhook_secrets: tuple[Secret, ...] = ()
    """What a delivery must show, as ``Authorization: Bearer …``. All are accepted, so
    that they can be rotated; ``bridge webhooks install`` sends the first."""
    poll_interval: Interval | None = None
    """How often linked issues and cases are looked at again; the shorter of both sides
    counts, and 60 seconds where neither says."""
    timeout: Duration = timedelta(seconds=30)
    """For one whole call to the tracker."""
    concurrency: Annotated[int, Field(ge=1, le=256), Unit("calls")] = 16
    """How many calls to the tracker may run at the same time."""

"""What JSON:API answers have in common: models, moments, and the words of errors."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

DETAIL_LENGTH = 300

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRACTION = re.compile(r"\.(\d+)")


class Wire(BaseModel):
    """JSON as a vendor sends it: unknown keys are ignored, null means left out.

    A validation error never shows the value that was wrong.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if item is not None}
        return value


def moment(text: str) -> datetime:
    """An RFC 3339 time with any number of fractional digits; ValueError if it is none.

    Datadog sends the same moment with six or with nine digits; a datetime holds six.
    """
    cut = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), text, count=1)
    parsed = datetime.fromisoformat(cut)
    if parsed.tzinfo is None:
        return parsed.replace(tzinfo=UTC)
    return parsed.astimezone(UTC)


def moment_of_millis(millis: int) -> datetime:
    """A time given in milliseconds since 1970; ValueError when out of range."""
    try:
        return _EPOCH + timedelta(milliseconds=millis)
    except OverflowError as exc:
        raise ValueError("no time that a calendar holds") from exc


def millis_of(when: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (when - _EPOCH) // timedelta(milliseconds=1)


def _read_moment(value: Any) -> Any:
    if isinstance(value, str):
        return moment(value)
    return value


def _read_millis(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return moment_of_millis(value)
    return value


Moment = Annotated[datetime, BeforeValidator(_read_moment)]
"""A time written as RFC 3339 text."""

MillisMoment = Annotated[datetime, BeforeValidator(_read_millis)]
"""A time written as milliseconds since 1970."""


def error_detail(body: bytes, clean: Callable[[str], str] = str) -> str:
    """What an error answer says, on one short line; empty when it says nothing.

    *clean* is given all of it: what is to be taken out must not be cut in two.
    Reads both shapes: ``{"errors": ["text"]}``, which Datadog declares, and
    ``{"errors": [{"title": …, "detail": …}]}``, which it sends.
    """
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    errors = content.get("errors") if isinstance(content, dict) else None
    if not isinstance(errors, list):
        return ""
    said = "; ".join(filter(None, map(_words_of, errors)))
    return one_line(clean(said))


def one_line(text: str) -> str:
    """*text* without line breaks and control characters, cut to 300 characters."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    flat = " ".join(text.split())
    return flat if len(flat) <= DETAIL_LENGTH else flat[: DETAIL_LENGTH - 1] + "…"


def _words_of(error: object) -> str:
    if isinstance(error, str):
        return error
    if not isinstance(error, dict):
        return ""
    parts = [error.get("title"), error.get("detail")]
    return ": ".join(part for part in parts if isinstance(part, str) and part)

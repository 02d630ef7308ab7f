"""``[traces]``: where traces are sent."""

from importlib.util import find_spec
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from bridge.ports.config import Section


def _collector(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ValueError('write an address as "http://collector.example.com:4318"')
    if find_spec("opentelemetry") is None:
        raise ValueError("traces need an extra: pip install 'bridge[otel]'")
    return value.rstrip("/")


class TracesSettings(Section):
    """The collector, which speaks OTLP over HTTP, and the part of traces it is sent."""

    endpoint: Annotated[str, AfterValidator(_collector)] | None = None
    """The collector's address. Without it nothing is traced. Needs ``bridge[otel]``."""
    ratio: Annotated[float, Field(ge=0, le=1)] = 1.0
    """The part of traces that is sent, from 0 to 1."""

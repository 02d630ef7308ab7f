"""Opens the way to a collector of traces; the library is an extra and loaded late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bridge.ports.measuring import Measures


@asynccontextmanager
async def traced(
    endpoint: str | None, ratio: float, version: str
) -> AsyncIterator[tuple[Measures, ...]]:
    """What measures by spans, which are sent to *endpoint* by OTLP over HTTP; nothing
    where there is none. What is not sent yet is sent at the end."""
    if endpoint is None:
        yield ()
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    from bridge.tracing.spans import Tracing  # noqa: PLC0415

    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")
    tracing = Tracing(BatchSpanProcessor(exporter), ratio, version)
    try:
        yield (tracing,)
    finally:
        await asyncio.to_thread(tracing.close)

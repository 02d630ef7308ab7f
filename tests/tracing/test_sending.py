"""Spans reach a collector by OTLP, and without one nothing of it is loaded."""

import gzip
import subprocess
import sys

import pytest
from aiohttp import web as http
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from pydantic import ValidationError

from bridge import web
from bridge.domain.model import TrackerName
from bridge.ports.measuring import Step, StepKind
from bridge.settings import Settings
from bridge.settings import traces as settings_of_traces
from bridge.tracing import traced

EVENT = "00061c5f3a7d2e00010badc0de"


async def test_what_is_measured_is_at_the_collector_when_the_bridge_ends() -> None:
    got: list[bytes] = []

    async def collect(request: http.Request) -> http.Response:
        body = await request.read()
        zipped = request.headers.get("Content-Encoding") == "gzip"
        got.append(gzip.decompress(body) if zipped else body)
        return http.Response(content_type="application/x-protobuf")

    app = http.Application()
    app.add_routes([http.post("/v1/traces", collect)])
    async with (
        web.listening(app, host="127.0.0.1", port=0) as url,
        traced(url, 1.0, "1.2.3") as (measures,),
    ):
        step = Step(StepKind.DELIVERY, TrackerName("cases"), events=(EVENT,))
        with measures.step(step) as course:
            course.result = "accepted"

    (told,) = [ExportTraceServiceRequest.FromString(body) for body in got]
    (resource,) = told.resource_spans
    (span,) = resource.scope_spans[0].spans
    assert (span.name, span.trace_id.hex()) == ("delivery", f"{EVENT:0>32}")


async def test_without_a_collector_nothing_is_measured_by_spans() -> None:
    async with traced(None, 1.0, "1") as measures:
        assert measures == ()


def test_without_a_collector_the_library_is_not_even_loaded() -> None:
    asked = "import sys, bridge.app; print('opentelemetry' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "address", ["collector:4318", "ftp://x", "http://", "https://me:secret-31@x"]
)
def test_an_address_that_cannot_be_one_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="write an address as") as caught:
        Settings.model_validate({"traces": {"endpoint": address}})
    assert "secret-31" not in str(caught.value)


def test_without_the_extra_the_key_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings_of_traces, "find_spec", lambda _: None)
    with pytest.raises(ValidationError, match=r"pip install 'bridge\[otel\]'"):
        Settings.model_validate({"traces": {"endpoint": "http://x:4318"}})

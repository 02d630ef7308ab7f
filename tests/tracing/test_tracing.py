"""A trace goes from a delivery to the writes it led to, also over a restart."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bridge.domain.model import State, StatusGroup
from bridge.ports.errors import BadCredentials, PermanentError, TransientError
from bridge.ports.measuring import AllMeasures
from bridge.tracing.spans import Tracing
from tests.engine.conftest import Scene
from tests.metrics.conftest import Measured, read

OPEN, CLOSED = StatusGroup.OPEN, StatusGroup.CLOSED
FOR_REVIEW = State.FOR_REVIEW


class Traced(Scene):
    """A scene whose steps are kept as spans."""

    def __init__(self, path: Path, ratio: float = 1.0) -> None:
        super().__init__(path)
        self.exporter = InMemorySpanExporter()
        self.ratio = ratio
        self.measures = self.tracing()

    def tracing(self) -> Tracing:
        return Tracing(SimpleSpanProcessor(self.exporter), self.ratio, "1.2.3")

    def spans(self, name: str) -> list[ReadableSpan]:
        return [one for one in self.exporter.get_finished_spans() if one.name == name]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Traced]:
    made = Traced(tmp_path / "bridge.db")
    yield made
    await made.stop()


def trace_of(span: ReadableSpan) -> int:
    assert span.context
    return int(span.context.trace_id)


def parent_of(span: ReadableSpan) -> int:
    assert span.parent
    return int(span.parent.span_id)


def id_of(span: ReadableSpan) -> int:
    assert span.context
    return int(span.context.span_id)


async def test_a_delivery_its_pass_and_its_writes_are_one_trace(scene: Traced) -> None:
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW, b=FOR_REVIEW)
    scene.exporter.clear()
    scene.cases.put("1", CLOSED)
    heard = await scene.hear("cases", case="1", id="d1")
    await scene.quiet()

    (delivery,), (its_pass,) = scene.spans("delivery"), scene.spans("pass")
    writes = scene.spans("write set_issue_state")
    calls = scene.spans("call states")

    assert trace_of(delivery) == int(heard, 16)
    assert delivery.parent is None
    assert parent_of(its_pass) == id_of(delivery)
    assert {parent_of(write) for write in writes} == {id_of(its_pass)}
    assert {parent_of(call) for call in calls} == {id_of(write) for write in writes}
    told = [delivery, its_pass, *writes, *calls]
    assert {trace_of(span) for span in told} == {int(heard, 16)}
    assert len(writes) == len(calls) == 2
    assert its_pass.attributes == {
        "bridge.tracker": "cases",
        "bridge.kind": "",
        "bridge.result": "applied",
    }
    (ended,) = its_pass.events
    assert ended.attributes == {"bridge.event": heard, "bridge.outcome": "applied"}


async def test_the_trace_goes_on_after_a_restart(scene: Traced) -> None:
    await scene.start(retry_first=timedelta(seconds=30))
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.cases.fail("get_case", TransientError("cases: 503"))
    scene.cases.put("1", CLOSED)
    heard = await scene.hear("cases", case="1", id="d1")
    await scene.idle()
    await scene.stop()
    scene.measures = scene.tracing()
    scene.clock.advance(timedelta(seconds=100))
    await scene.start()
    await scene.quiet()

    passes = [one for one in scene.spans("pass") if trace_of(one) == int(heard, 16)]

    assert [dict(one.attributes or {})["bridge.result"] for one in passes] == [
        "put-off",
        "applied",
    ]


async def test_a_pass_for_several_deliveries_is_linked_to_all_of_them(
    scene: Traced,
) -> None:
    await scene.start(passes_at_once=0)
    first = await scene.hear("cases", case="1", id="d1")
    second = await scene.hear("cases", case="1", id="d2")
    await scene.stop()
    await scene.start(passes_at_once=4)
    await scene.quiet()

    (its_pass,) = scene.spans("pass")

    assert trace_of(its_pass) == int(first, 16)
    assert [link.context.trace_id for link in its_pass.links] == [int(second, 16)]


async def test_what_failed_says_so_and_nothing_of_a_case(
    scene: Traced, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.start()
    await scene.linked(OPEN, canary=FOR_REVIEW)
    scene.errors.fail("set_state", PermanentError("errors: canary is refused"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="canary")
    await scene.quiet()

    def refuse(*_: object) -> None:
        raise BadCredentials("canary")

    reader = scene.engine.means.roster.readers[scene.cases.name]
    monkeypatch.setattr(type(reader), "read", refuse)
    with pytest.raises(BadCredentials):
        await scene.hear("cases", case="canary")

    (write,) = scene.spans("write set_issue_state")
    refused = scene.spans("delivery")[-1]
    told = "".join(span.to_json() for span in scene.exporter.get_finished_spans())

    assert write.status.status_code is StatusCode.ERROR
    assert write.status.description == "refused"
    assert refused.status.description == "unauthenticated"
    assert "canary" not in told
    assert '"service.name": "bridge"' in told


@pytest.mark.parametrize(("ratio", "share"), [(0.0, 0), (1.0, 40), (0.5, None)])
async def test_a_trace_is_sampled_whole_or_not_at_all(
    tmp_path: Path, ratio: float, share: int | None
) -> None:
    scene = Traced(tmp_path / "bridge.db", ratio)
    await scene.start()
    heard = []
    for n in range(40):
        scene.clock.advance(timedelta(milliseconds=7 * n))
        heard.append(await scene.hear("cases", case=f"{n}", id=f"{n}"))
    await scene.quiet()
    await scene.stop()

    deliveries = {trace_of(span) for span in scene.spans("delivery")}
    passes = {trace_of(span) for span in scene.spans("pass")}

    assert deliveries == passes <= {int(event, 16) for event in heard}
    assert len(deliveries) == share if share is not None else 0 < len(deliveries) < 40


async def test_metrics_and_traces_are_told_the_same(tmp_path: Path) -> None:
    scene = Measured(tmp_path / "bridge.db")
    exporter = InMemorySpanExporter()
    tracing = Tracing(SimpleSpanProcessor(exporter), 1.0, "1")
    scene.measures = AllMeasures(scene.metrics.measures, tracing)
    await scene.start()
    await scene.linked(OPEN, a=FOR_REVIEW)
    scene.errors.fail("set_state", PermanentError("errors: 422"))
    scene.cases.put("1", CLOSED)
    await scene.hear("cases", case="1", id="d1")
    await scene.quiet()
    told = read((await scene.text()).decode())
    await scene.stop()

    spans = [one.name for one in exporter.get_finished_spans()]
    counted = [value for name, value in told.items() if "bridge_writes_total" in name]
    assert spans.count("delivery") == 1
    assert len([name for name in spans if name.startswith("write")]) == sum(counted)
    refused = "bridge_writes_total{kind=set_issue_state,result=refused,tracker=errors}"
    assert told[refused] == 1

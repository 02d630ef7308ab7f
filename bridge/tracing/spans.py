"""Steps of the engine as spans: a delivery, the passes it led to, their writes.

A span holds names of trackers, kinds and results, and ids of deliveries: no key, no
text of an error, nothing of a case.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
)

from bridge.domain.model import TrackerName
from bridge.ports.measuring import Course, Step, StepKind, failure_of
from bridge.ports.records import Arrival, Outcome
from bridge.tracing.ids import Ids, context_of, given

_KINDS = {
    StepKind.DELIVERY: SpanKind.SERVER,
    StepKind.CALL: SpanKind.CLIENT,
}


class Tracing:
    """``bridge.ports.measuring.Measures`` by spans, of which *processor* takes care.

    *ratio* is the part of the traces that is recorded, decided by the trace's id alone:
    for the delivery and for each of its passes alike, in whichever process they run.
    """

    def __init__(self, processor: SpanProcessor, ratio: float, version: str) -> None:
        part = TraceIdRatioBased(ratio)
        self._provider = TracerProvider(
            resource=Resource.create(
                {"service.name": "bridge", "service.version": version}
            ),
            sampler=ParentBased(
                part, remote_parent_sampled=part, remote_parent_not_sampled=part
            ),
            id_generator=Ids(),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("bridge", version)

    def close(self) -> None:
        """Send what is not sent yet; takes its time."""
        self._provider.shutdown()

    @contextmanager
    def step(self, step: Step) -> Iterator[Course]:
        """A span while the context lasts."""
        course = Course()
        span = self._begun(step)
        with trace.use_span(
            span,
            end_on_exit=True,
            record_exception=False,
            set_status_on_exception=False,
        ):
            try:
                yield course
            except BaseException as exc:
                course.result = course.result or failure_of(exc)
                span.set_status(Status(StatusCode.ERROR, course.result))
                raise
            finally:
                span.set_attribute("bridge.result", course.result)

    def ended(
        self,
        arrival: Arrival,
        outcome: Outcome,
        at: datetime,  # noqa: ARG002 - the span has its own clock
    ) -> None:
        """The pass under way tells how its events ended."""
        its = {"bridge.event": arrival.event, "bridge.outcome": outcome.value}
        trace.get_current_span().add_event("ended", its)

    def retried(self, tracker: TrackerName) -> None:
        """The pass under way tells that it is tried again."""
        trace.get_current_span().add_event("put off", {"bridge.tracker": tracker})

    def given_up(self, tracker: TrackerName, what: str) -> None:
        """The pass under way tells what it gave up."""
        its = {"bridge.tracker": tracker, "bridge.kind": what}
        trace.get_current_span().add_event("given up", its)

    def left_out(self, tracker: TrackerName, comments: int) -> None:
        """The pass under way tells what stays where it is."""
        its: dict[str, str | int] = {
            "bridge.tracker": tracker,
            "bridge.comments": comments,
        }
        trace.get_current_span().add_event("comments not copied", its)

    def authenticated(self, tracker: TrackerName, secret: int) -> None:
        """Nothing is told."""

    def _begun(self, step: Step) -> Span:
        name = f"{step.kind} {step.what}" if step.what else step.kind.value
        kind = _KINDS.get(step.kind, SpanKind.INTERNAL)
        its = {"bridge.tracker": step.tracker, "bridge.kind": step.what}
        match step.kind:
            case StepKind.DELIVERY:
                with given(context_of(step.events[0])):
                    return self._tracer.start_span(name, Context(), kind, its)
            case StepKind.PASS | StepKind.LOOK:
                heard = [context_of(event) for event in step.events]
                links = [Link(other) for other in heard[1:]]
                parent = _within(heard[0]) if heard else Context()
                return self._tracer.start_span(name, parent, kind, its, links)
            case _:
                return self._tracer.start_span(name, None, kind, its)


def _within(context: SpanContext) -> Context:
    """What is in the span of *context*, which ended long ago."""
    return trace.set_span_in_context(trace.NonRecordingSpan(context), Context())

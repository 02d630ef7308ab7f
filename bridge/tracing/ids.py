"""Ids of traces that follow from ids of deliveries, so that nobody has to keep them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import SpanContext, TraceFlags

_SPAN_DIGITS = 16

_given: ContextVar[SpanContext | None] = ContextVar("given", default=None)


def context_of(event: str) -> SpanContext:
    """The span of the delivery *event*: its trace has the delivery's id.

    Whether it was sampled is for the sampler to say, which goes by the id as well.
    """
    trace_id, span_id = int(event, 16), int(event[-_SPAN_DIGITS:], 16)
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(0))


@contextmanager
def given(context: SpanContext) -> Iterator[None]:
    """The next span that begins here is the one of *context*."""
    token = _given.set(context)
    try:
        yield
    finally:
        _given.reset(token)


class Ids(RandomIdGenerator):
    """Random ids, but for the span that is given."""

    def generate_trace_id(self) -> int:
        """Of a new trace."""
        context = _given.get()
        return context.trace_id if context else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """Of a new span."""
        context = _given.get()
        return context.span_id if context else super().generate_span_id()

    def is_trace_id_random(self) -> bool:
        """Not those of deliveries, whose first part is a time."""
        return False

"""Makes spans of finished requests and hands them to OpenTelemetry, whose own thread sends them."""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from serving.prediction import Prediction
from serving.request_records import FinishedRequest
from serving.tracing.attributes import is_fault, span_attributes, span_name
from serving.tracing.failures import TracingFailures

_LOGGER = "opentelemetry"
_NANOSECONDS = 1_000_000_000
_NO_PARENT = Context()
"""Instead of None, which would mean whatever span is current."""


@dataclass(frozen=True)
class _Clock:
    """Turns seconds of `time.monotonic` into nanoseconds since 1970."""

    offset_ns: int

    def to_ns(self, seconds: float) -> int:
        return self.offset_ns + round(seconds * _NANOSECONDS)


class Tracer:
    """An observer of finished requests that traces some of them."""

    def __init__(self, url: str, *, fraction: float, report: Callable[[str, Mapping[str, object]], None]) -> None:
        """Start OpenTelemetry's thread.

        Args:
            url: Where a collector takes spans, OTLP over HTTP.
            fraction: Share of the requests that begin a trace, 0 to 1; for a caller's trace the caller has decided.
            report: Takes an event with its facts when spans cannot be sent.
        """
        _redirect_logging(TracingFailures(report))
        self._fraction = fraction
        self._exporter = OTLPSpanExporter(url)
        self._provider = TracerProvider(
            sampler=ParentBased(ALWAYS_ON),
            # What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say goes first.
            resource=Resource.create({SERVICE_NAME: "tandem", **OTELResourceDetector().detect().attributes}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("tandem.serving")
        self._propagator = TraceContextTextMapPropagator()

    def observe(self, request: FinishedRequest) -> None:
        """Make the spans of a request, if it is one of those that are traced."""
        parent = self._find_parent(request)
        # Decided here, since OpenTelemetry takes fifty times as long to say no.
        if parent is None and random.random() >= self._fraction:  # noqa: S311
            return
        clock = _Clock(time.time_ns() - time.monotonic_ns())
        span = self._tracer.start_span(
            span_name(request),
            context=parent or _NO_PARENT,
            kind=SpanKind.SERVER,
            start_time=clock.to_ns(request.started),
        )
        if not span.is_recording():
            return
        span.set_attributes(span_attributes(request))
        if is_fault(request):
            span.set_status(Status(StatusCode.ERROR))
        if request.prediction is not None:
            self._add_stages(request.prediction, span, clock)
        span.end(clock.to_ns(request.started + request.seconds))

    def close(self, *, timeout_seconds: float) -> None:
        """Send what waits, as far as the time allows; a collector that does not answer is left alone after it."""
        ending = threading.Thread(target=self._provider.shutdown, name="tracing-end", daemon=True)
        ending.start()
        ending.join(timeout_seconds)
        if ending.is_alive():
            self._exporter.shutdown()  # type: ignore[no-untyped-call]  # ends its pauses between attempts
        _redirect_logging(logging.NullHandler())

    def _find_parent(self, request: FinishedRequest) -> Context | None:
        """Return the caller's place in a trace, or None when there is none or its header is damaged."""
        if not request.traceparent:
            return None
        carrier = {"traceparent": request.traceparent, "tracestate": request.tracestate}
        context = self._propagator.extract(carrier, context=_NO_PARENT)
        return context if get_current_span(context).get_span_context().is_valid else None

    def _add_stages(self, prediction: Prediction, parent: Span, clock: _Clock) -> None:
        """Add spans for the queue, and for decoding and the model of the batch that the images were in."""
        context, outcome = set_span_in_context(parent, _NO_PARENT), prediction.outcome
        at = prediction.queued_at
        for name, seconds in (
            ("queue", outcome.queue_seconds),
            ("decode", outcome.decode_seconds),
            ("model", outcome.model_seconds),
        ):
            self._tracer.start_span(name, context=context, start_time=clock.to_ns(at)).end(clock.to_ns(at + seconds))
            at += seconds


def _redirect_logging(handler: logging.Handler) -> None:
    """Have a handler take OpenTelemetry's warnings; on standard error its lines would be no JSON."""
    logger = logging.getLogger(_LOGGER)
    logger.handlers, logger.propagate = [handler], False

"""Spans as a real collector receives them."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from span_collector import SpanCollector, attributes_of, collecting
from tiny_predictions import finish, predict

from serving.request_records import FinishedRequest
from serving.tracing import tracer
from serving.tracing.tracer import Tracer

TRACE_ID, CALLER_SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
Event = tuple[str, Mapping[str, object]]


def trace(*requests: FinishedRequest, collector: SpanCollector, fraction: float = 1.0) -> list[Event]:
    """Trace requests, send the spans, and return what was reported."""
    events: list[Event] = []
    tracing = Tracer(collector.url, fraction=fraction, report=lambda event, facts: events.append((event, facts)))
    for request in requests:
        tracing.observe(request)
    tracing.close(timeout_seconds=30)
    return events


def nanoseconds_of(span: Span) -> int:
    return span.end_time_unix_nano - span.start_time_unix_nano


def test_an_answered_request_is_a_span_with_its_stages_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    started = 40.0
    clock = SimpleNamespace(time_ns=lambda: 1_800_000_000 * 10**9, monotonic_ns=lambda: 41 * 10**9)
    monkeypatch.setattr(tracer, "time", clock)
    request = finish(replace(predict([b"one", b"two"]), queued_at=started + 0.05), started=started)

    with collecting() as collector:
        assert trace(request, collector=collector) == []

    root, *_ = collector.spans
    stages = {span.name: span for span in collector.spans if span.parent_span_id == root.span_id}
    assert (root.name, root.kind, root.parent_span_id) == ("POST plain", Span.SPAN_KIND_SERVER, b"")
    assert root.start_time_unix_nano == 1_799_999_999 * 10**9
    assert nanoseconds_of(root) == pytest.approx(750e6, abs=2)
    assert {name: round(nanoseconds_of(span), -3) for name, span in stages.items()} == {
        "queue": 100_000_000,
        "decode": 200_000_000,
        "model": 300_000_000,
    }
    assert stages["queue"].end_time_unix_nano == stages["decode"].start_time_unix_nano
    assert {span.trace_id for span in collector.spans} == {root.trace_id}
    assert attributes_of(root) == {
        "http.request.method": "POST",
        "url.path": "/predict/colours",
        "http.response.status_code": 200,
        "tandem.protocol": "plain",
        "tandem.request_id": "abc-1",
        "tandem.body_bytes": 70,
        "tandem.model": "colours",
        "tandem.version": 2,
        "tandem.images": 2,
        "tandem.batch_images": 4,
    }
    assert collector.resource["service.name"] == "tandem"


@pytest.mark.parametrize(
    ("status", "is_fault"),
    [
        (200, False),
        (404, False),
        (429, False),
        (500, True),
        (503, True),
        ("OK", False),
        ("NOT_FOUND", False),
        ("RESOURCE_EXHAUSTED", False),
        ("INTERNAL", True),
        ("UNAVAILABLE", True),
    ],
)
def test_a_fault_of_the_server_is_an_error_and_a_mistake_of_the_caller_is_none(
    status: int | str, is_fault: bool
) -> None:
    with collecting() as collector:
        trace(finish(None, status=status), collector=collector)

    (span,) = collector.spans
    assert (span.status.code == Status.STATUS_CODE_ERROR) is is_fault
    assert attributes_of(span).get("error.type") == (str(status) if is_fault else None)


def test_a_call_is_named_by_its_method() -> None:
    with collecting() as collector:
        call = finish(None, protocol="tf_grpc", method="/tensorflow.serving.PredictionService/Predict", status="OK")
        trace(call, collector=collector)

    (span,) = collector.spans
    assert span.name == "tensorflow.serving.PredictionService/Predict"
    found = attributes_of(span)
    assert found["rpc.system.name"] == "grpc"
    assert found["rpc.method"] == "tensorflow.serving.PredictionService/Predict"
    assert found["rpc.response.status_code"] == "OK"


def test_a_method_that_nobody_knows_makes_no_name_of_its_own() -> None:
    with collecting() as collector:
        trace(finish(None, method="BREW"), collector=collector)

    (span,) = collector.spans
    assert (span.name, attributes_of(span)["http.request.method"]) == ("HTTP plain", "_OTHER")


@pytest.mark.parametrize(("flags", "spans"), [("01", 4), ("00", 0)])
def test_the_callers_trace_is_continued_as_the_caller_has_decided(flags: str, spans: int) -> None:
    request = finish(predict([b"one"]), traceparent=f"00-{TRACE_ID}-{CALLER_SPAN}-{flags}", tracestate="vendor=opaque")

    with collecting() as collector:
        trace(request, collector=collector, fraction=0.0 if spans else 1.0)

    assert len(collector.spans) == spans
    if spans:
        (root,) = (span for span in collector.spans if span.kind == Span.SPAN_KIND_SERVER)
        assert {span.trace_id.hex() for span in collector.spans} == {TRACE_ID}
        assert (root.parent_span_id.hex(), root.trace_state) == (CALLER_SPAN, "vendor=opaque")


@pytest.mark.parametrize("traceparent", ["", "words", "00-0-0-01", f"ff-{TRACE_ID}-{CALLER_SPAN}-01", "\xff" * 1000])
def test_a_damaged_traceparent_begins_a_trace(traceparent: str) -> None:
    with collecting() as collector:
        assert trace(finish(None, traceparent=traceparent), collector=collector) == []
        trace(finish(None, traceparent=traceparent), collector=collector, fraction=0.0)

    (span,) = collector.spans
    assert span.trace_id.hex() != TRACE_ID
    assert span.parent_span_id == b""


def test_only_a_fraction_begins_a_trace() -> None:
    with collecting() as collector:
        trace(*[finish(None)] * 400, collector=collector, fraction=0.25)

    assert 40 < len(collector.spans) < 170


def test_a_refusing_collector_is_reported_once() -> None:
    with collecting(status=400) as collector:
        events = trace(*[finish(None)] * 600, collector=collector)

    assert [event for event, _ in events] == ["tracing_failed"]
    assert "Failed to export" in str(events[0][1]["reason"])


@pytest.mark.timeout(120)
@pytest.mark.parametrize("is_silent", [True, False])
def test_a_dead_collector_holds_up_neither_requests_nor_the_end(
    is_silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So long would each of them wait for the collector if it waited; the queue of spans is full after 512 requests.
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "3600")
    with collecting(is_silent=is_silent, status=503) as collector:
        tracing = Tracer(collector.url, fraction=1.0, report=lambda event, facts: None)
        for _ in range(1000):
            tracing.observe(finish(predict([b"one"])))
        tracing.close(timeout_seconds=0.2)

    assert collector.requests == []

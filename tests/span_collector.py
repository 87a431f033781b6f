"""A collector on a free port of this machine that takes spans, OTLP over HTTP, and reads the real messages."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class SpanCollector(ThreadingHTTPServer):
    """Keeps what it is sent; `silent` ones take a request and never answer."""

    daemon_threads = True

    def __init__(self, *, status: int = 200, is_silent: bool = False) -> None:
        self.status, self.is_silent = status, is_silent
        self.requests: list[ExportTraceServiceRequest] = []
        self.may_end = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/traces"

    @property
    def spans(self) -> list[Span]:
        """All spans, in the order of their start."""
        scopes = [scope for request in self.requests for of in request.resource_spans for scope in of.scope_spans]
        return sorted((span for scope in scopes for span in scope.spans), key=lambda span: span.start_time_unix_nano)

    @property
    def resource(self) -> dict[str, str]:
        attributes = self.requests[0].resource_spans[0].resource.attributes
        return {attribute.key: attribute.value.string_value for attribute in attributes}


class _Handler(BaseHTTPRequestHandler):
    server: SpanCollector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.is_silent:
            self.server.may_end.wait()
            return
        assert (self.path, self.headers["content-type"]) == ("/v1/traces", "application/x-protobuf")
        body = gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body
        if self.server.status == 200:
            self.server.requests.append(ExportTraceServiceRequest.FromString(body))
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def collecting(*, status: int = 200, is_silent: bool = False) -> Iterator[SpanCollector]:
    """Collect until the end of the block."""
    collector = SpanCollector(status=status, is_silent=is_silent)
    thread = threading.Thread(target=collector.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield collector
    finally:
        collector.may_end.set()
        collector.shutdown()
        thread.join()
        collector.server_close()


def attributes_of(span: Span) -> dict[str, str | int]:
    """Return the attributes as plain values."""
    values = {}
    for attribute in span.attributes:
        kind = attribute.value.WhichOneof("value")
        assert kind is not None
        values[attribute.key] = getattr(attribute.value, kind)
    return values

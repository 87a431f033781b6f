"""One connection: uvicorn's, held to a size of headers and a time for a whole request."""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol


class LimitedConnection(HttpToolsProtocol):
    """Ends connections that send endless headers, or a request too slowly; uvicorn waits for both for ever."""

    max_header_bytes = 32 << 10
    receive_timeout_seconds = 30.0
    linger_seconds = 0.25
    """When the server stops, a connection without a request may still have one on its way."""

    _header_bytes = 0
    _is_in_headers = False
    _refusal = 400
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time for the first request; silent connections end, too."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the headers have no end."""
        super().data_received(data)
        if self._is_in_headers and not self.transport.is_closing():
            self._header_bytes += len(data)
            if self._header_bytes > self.max_header_bytes:
                self._refuse(431)

    def on_message_begin(self) -> None:
        """Start the time for a request on a connection that is kept."""
        super().on_message_begin()
        self._header_bytes, self._is_in_headers = 0, True
        if self._timer is None:
            self._start_timer()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add up the headers' sizes."""
        super().on_header(name, value)
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > self.max_header_bytes:
            self._refusal = 431
            raise httptools.HttpParserError("headers too large")

    def on_headers_complete(self) -> None:
        """Let uvicorn start the answer."""
        self._is_in_headers = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop the time: the request has come."""
        self._stop_timer()
        super().on_message_complete()

    def shutdown(self) -> None:
        """Finish the request that there is, or wait a moment for one that is on its way."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(self.linger_seconds, self._shut_down)
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answer in JSON what is no HTTP."""
        self._refuse(self._refusal)

    def _shut_down(self) -> None:
        if not self.transport.is_closing():
            super().shutdown()

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.receive_timeout_seconds, self._give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        """End a connection whose request did not come in time, with an answer if it has begun."""
        self._timer = None
        if self._is_in_headers or (self.cycle is not None and not self.cycle.response_started):
            self._refuse(408)
        else:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        messages = {
            400: "The bytes are no HTTP request",
            408: f"The request did not arrive within {self.receive_timeout_seconds:g} seconds",
            431: f"The headers are larger than {self.max_header_bytes} bytes",
        }
        body = b'{"error":"%s"}' % messages[status].encode()
        head = (
            STATUS_LINE[status] + b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        )
        self.transport.write(head % len(body) + body)
        self.transport.close()


def limited_connection(*, max_header_bytes: int, receive_timeout_seconds: float) -> Any:
    """Return a connection class with these limits, as uvicorn takes a class and no options."""
    limits = {"max_header_bytes": max_header_bytes, "receive_timeout_seconds": receive_timeout_seconds}
    return type("Connection", (LimitedConnection,), limits)

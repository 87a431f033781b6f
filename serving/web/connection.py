"""One HTTP/1.1 connection: httptools reads it, the application answers, one write sends each answer.

A server framework would cost as much for a request as a small model does. What is here is what the framework left open:
the size and time of a request, the order of pipelined answers, and an end that loses no answer.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol, cast

import httptools

from serving.errors import TooLargeError, UnavailableError
from serving.web.errors import to_response
from serving.web.messages import Request, Response, to_json
from serving.web.request_ids import choose_request_id
from serving.web.response_bytes import CONTINUE, to_bytes

_MAX_WAITING, _MAX_WAITING_BYTES = 16, 1 << 16
"""Pipelined requests that are read ahead, and the size of their bodies from which on no more are."""
_MAX_DISCARDED_BYTES = 256 << 20
"""Of what a caller still sends after a refusal, which is read and thrown away, for as long as the request could have
taken to arrive. Closing at once would reset the connection, and the reset overtakes the refusal."""
_LAST_REQUEST_SECONDS = 0.25
"""When the server stops, a connection without a request may still have one on its way."""
_CLIENT_CLOSED = 499
"""In the log only: the caller has gone."""

_OFFERS = (b"upgrade", b"connection", b"http2-settings")


@dataclass(frozen=True, kw_only=True)
class ConnectionLimits:
    """What a connection may cost.

    Attributes:
        max_connections: Open at a time; more are answered 503.
        max_header_bytes: Size of the request line and all headers.
        max_body_bytes: Size of a body.
        receive_timeout_seconds: For a whole request to arrive, for a kept connection to be silent, for a caller to
            take an answer, and for the rest of a refused request.
    """

    max_connections: int
    max_header_bytes: int
    max_body_bytes: int
    receive_timeout_seconds: float


class Application(Protocol):
    """What answers the requests."""

    is_draining: bool
    """Whether every connection should end with its next answer."""

    def refuse_early(self, request: Request) -> Response | None:
        """Return a refusal that needs no body, or None to have the body read."""

    async def answer(self, request: Request) -> Response:
        """Answer a whole request; never raises."""

    def record(self, request: Request, response: Response, *, started: float, seconds: float) -> None:
        """Keep log and figures of an answer that is on its way; `started` is a time of `time.monotonic`."""


class Connection(asyncio.Protocol):
    """Reads requests, has them answered in their order, and ends."""

    def __init__(self, app: Application, limits: ConnectionLimits, connections: "set[Connection]") -> None:
        """Join the open connections when there is a transport."""
        self._app, self._limits, self._connections = app, limits, connections
        self._loop = asyncio.get_running_loop()
        self._transport = cast(asyncio.Transport, None)
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, Response | None]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._url, self._headers, self._header_bytes, self._is_in_headers = b"", dict[bytes, bytes](), 0, False
        self._chunks, self._body_bytes, self._discarded_bytes = list[bytes](), 0, 0
        self._request = cast(Request | None, None)
        self._is_arriving = self._is_deaf = self._is_last = False
        self._since = self._loop.time()
        self._stalled_since: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport, or turn the caller away when there are too many."""
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)
        if len(self._connections) > self._limits.max_connections:
            self._refuse(to_response(UnavailableError("Too many connections are open; try again in a moment")))

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop what nobody waits for."""
        self._connections.discard(self)
        self._is_deaf = True
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Read on, unless the connection is ending."""
        if self._is_deaf:
            self._discard(len(data))
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._is_deaf:
                return
            self._decline_upgrade(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            if not self._is_deaf:  # What was refused at its head may be damaged further on.
                self._refuse(_no_request())
            return
        if self._is_in_headers:
            self._count_header_bytes(len(data))
        if self._waiting and self._has_read_ahead() and not self._transport.is_closing():
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """Remember since when the caller takes no answers."""
        self._stalled_since = self._loop.time()

    def resume_writing(self) -> None:
        """Go on with what has been read ahead."""
        self._stalled_since = None
        self._answer_next()

    def check_time(self, now: float) -> None:
        """End the connection when its time is over; called now and then by the listener."""
        limit = self._limits.receive_timeout_seconds
        if self._stalled_since is not None:
            if now - self._stalled_since > limit:
                self._transport.abort()
        elif self._task is not None:
            return
        elif self._is_deaf:
            if now - self._since > limit:
                self._transport.abort()
        elif now - self._since > limit:
            if self._is_arriving:
                self._refuse(to_json({"error": f"The request did not arrive within {limit:g} seconds"}, status=408))
            else:
                self._transport.close()

    def drain(self) -> None:
        """End with the request that there is, or after a moment without one."""
        if self._task is None and not self._is_arriving:
            self._loop.call_later(_LAST_REQUEST_SECONDS, self._end_if_idle)
        else:
            self._is_last = True

    def abort(self) -> None:
        """End at once."""
        self._transport.abort()

    # What the parser tells

    def on_message_begin(self) -> None:
        """Start a request."""
        self._url, self._headers, self._header_bytes = b"", {}, 0
        self._chunks, self._body_bytes, self._request = [], 0, None
        self._is_arriving = self._is_in_headers = True
        self._since = self._loop.time()

    def on_url(self, url: bytes) -> None:
        """Collect the request's target, which may come in pieces."""
        self._url += url
        self._count_header_bytes(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header; of a repeated one the last counts, and one behind the body does not."""
        self._count_header_bytes(len(name) + len(value))
        if not self._is_in_headers:
            return
        name = name.lower()
        self._headers[name] = value
        if name == b"transfer-encoding" and value.lower() != b"chunked" and not self._is_deaf:
            self._refuse(to_json({"error": "The only Transfer-Encoding here is chunked"}, status=400))

    def on_headers_complete(self) -> None:
        """Refuse what needs no body to be refused."""
        self._is_in_headers = False
        if self._is_deaf or self._parser.should_upgrade():
            return
        version = self._parser.get_http_version()
        if version == "0.9":
            self._refuse(_no_request())
            return
        request = self._make_request()
        self._request = request
        length = self._headers.get(b"content-length", b"0")
        refusal = self._too_large() if int(length) > self._limits.max_body_bytes else self._app.refuse_early(request)
        if refusal is not None:
            self._refuse(refusal, request)
        elif b"expect" in self._headers and version != "1.0" and self._task is None:
            if self._headers[b"expect"].lower() == b"100-continue":
                self._transport.write(CONTINUE)

    def on_body(self, chunk: bytes) -> None:
        """Collect the body."""
        if self._is_deaf:
            return
        self._body_bytes += len(chunk)
        self._chunks.append(chunk)
        if self._body_bytes > self._limits.max_body_bytes:
            self._chunks.clear()
            self._refuse(self._too_large(), self._request)

    def on_message_complete(self) -> None:
        """Have a whole request answered."""
        self._is_arriving = False
        request = self._request
        if self._is_deaf or request is None:
            return
        chunks = self._chunks
        request.body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        if not self._parser.should_keep_alive():
            self._is_deaf = self._is_last = True
        self._enqueue(request, None)

    # How it goes on

    def _decline_upgrade(self, rest: bytes) -> None:
        """Take a request again without its offer of another protocol, for which the parser leaves the body unread."""
        method = self._parser.get_method()
        if method == b"CONNECT":
            self._refuse(to_json({"error": "This server is no proxy"}, status=405))
            return
        kept = [header for header in self._headers.items() if header[0] not in _OFFERS]
        head = b"%b %b HTTP/1.1\r\n%b\r\n" % (method, self._url, b"".join(b"%b: %b\r\n" % header for header in kept))
        self._parser = httptools.HttpRequestParser(self)
        self.data_received(head + rest)

    def _make_request(self) -> Request:
        path, _, query = self._url.partition(b"#")[0].partition(b"?")
        if not path.startswith(b"/") and b"://" in path:  # The absolute form, which proxies are sent.
            path = b"/" + path.partition(b"://")[2].partition(b"/")[2]
        return Request(
            method=self._parser.get_method().decode("ascii"),
            path=path.decode("latin-1"),
            query=query.decode("latin-1"),
            headers=self._headers,
            body=b"",
            request_id=choose_request_id(self._headers.get(b"x-request-id")),
        )

    def _count_header_bytes(self, size_bytes: int) -> None:
        self._header_bytes += size_bytes
        limit = self._limits.max_header_bytes
        if self._header_bytes > limit and not self._is_deaf:
            self._refuse(to_json({"error": f"The headers are larger than {limit} bytes"}, status=431))

    def _discard(self, size_bytes: int) -> None:
        self._discarded_bytes += size_bytes
        if self._discarded_bytes > _MAX_DISCARDED_BYTES:
            self._transport.abort()

    def _too_large(self) -> Response:
        size_bytes = self._limits.max_body_bytes
        return to_response(
            TooLargeError(f"The body is larger than {size_bytes} bytes; send fewer or smaller images at once")
        )

    def _refuse(self, refusal: Response, request: Request | None = None) -> None:
        """Answer, after the requests before, and read no more."""
        self._is_deaf = self._is_last = True
        self._enqueue(request or self._make_unread_request(), refusal)

    def _make_unread_request(self) -> Request:
        return Request(method="", path="", query="", headers={}, body=b"", request_id=choose_request_id(None))

    def _has_read_ahead(self) -> bool:
        size_bytes = sum(len(request.body) for request, _ in self._waiting)
        return len(self._waiting) >= _MAX_WAITING or size_bytes >= _MAX_WAITING_BYTES

    def _enqueue(self, request: Request, refusal: Response | None) -> None:
        self._waiting.append((request, refusal))
        if self._task is None:
            self._answer_next()

    def _answer_next(self) -> None:
        while self._waiting and self._task is None and self._stalled_since is None:
            request, refusal = self._waiting.popleft()
            if refusal is None:
                self._task = self._loop.create_task(self._answer(request))
            else:
                self._send(request, refusal, time.monotonic())
        if self._task is None and not self._is_deaf:
            self._transport.resume_reading()

    async def _answer(self, request: Request) -> None:
        started = time.monotonic()
        try:
            response = await self._app.answer(request)
        except asyncio.CancelledError:
            self._record(request, Response(status=_CLIENT_CLOSED), started, time.monotonic() - started)
            raise
        self._task = None
        self._send(request, response, started)
        if self._waiting:
            self._answer_next()

    def _send(self, request: Request, response: Response, started: float) -> None:
        closes = self._app.is_draining or (self._is_last and not self._waiting)
        if self._transport.is_closing():
            return
        self._transport.write(to_bytes(request, response, closes=closes))
        self._since = self._loop.time()
        # Only when the answer has left: log and figures take as long as a part of it.
        self._loop.call_soon(self._record, request, response, started, time.monotonic() - started)
        if closes:
            self._end()

    def _record(self, request: Request, response: Response, started: float, seconds: float) -> None:
        self._app.record(request, response, started=started, seconds=seconds)

    def _end(self) -> None:
        """Close, but first let the caller finish what is being sent, or a reset overtakes the answer."""
        self._is_deaf = True
        if not self._is_arriving:
            self._transport.close()
        elif self._transport.can_write_eof():
            self._transport.write_eof()

    def _end_if_idle(self) -> None:
        self._is_last = True
        if self._task is None and not self._is_arriving:
            self._transport.close()


def _no_request() -> Response:
    return to_json({"error": "The bytes are no HTTP request"}, status=400)

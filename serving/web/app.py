"""The ASGI application: finds the protocol, reads the body, answers, and keeps log and figures."""

import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from serving.errors import NotFoundError, RequestError, UnauthenticatedError
from serving.metrics import Metrics
from serving.web.access_log import Log
from serving.web.body import ClientGoneError, Receive, read_body
from serving.web.errors import to_response, unexpected_response
from serving.web.messages import Request, Response, Wire
from serving.web.request_ids import choose_request_id
from serving.web.token_gate import TokenGate

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class App:
    """Answers HTTP requests with the protocols that it is given."""

    def __init__(
        self,
        wires: Mapping[str, Wire],
        *,
        max_body_bytes: int,
        metrics: Metrics,
        log: Log,
        log_requests: bool,
        gate: TokenGate | None = None,
    ) -> None:
        """Remember the parts.

        Args:
            wires: The first word of a path to the protocol that answers it.
            max_body_bytes: Size of the largest body.
            metrics: Where requests are counted.
            log: Where requests and faults are written.
            log_requests: Whether to write a line for each request.
            gate: Asks for a token; None when none is needed.
        """
        self._wires, self._max_body_bytes, self._metrics = wires, max_body_bytes, metrics
        self._log, self._log_requests, self._gate = log, log_requests, gate
        self.is_draining = False
        """Set to end every connection with its next response, so that callers turn to other servers."""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI asks."""
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        request = Request(
            method=scope["method"],
            path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=b"",
            request_id=choose_request_id(headers.get(b"x-request-id")),
        )
        start, slash, rest = request.path.partition("/")
        # OPTIONS may ask for "*", which has no slash.
        word = rest.partition("/")[0] if slash and not start else None
        wire = self._wires.get(word) if word is not None else None
        try:
            if self._gate is not None:
                # Before the body: who has no token gets no memory.
                self._gate.check(path=request.path, word=word, headers=headers)
            request.body = await read_body(
                receive, content_length=headers.get(b"content-length"), max_body_bytes=self._max_body_bytes
            )
        except ClientGoneError:
            return
        except RequestError as error:
            # A body that nobody reads is thrown away as it comes, while an end might overtake the answer. Here it is
            # no larger than a connection may send in its time.
            closes = self.is_draining or not isinstance(error, UnauthenticatedError)
            await self._finish(request, wire, to_response(error), send, time.perf_counter(), closes=closes)
            return
        started = time.perf_counter()
        response = await self._answer(request, wire)
        await self._finish(request, wire, response, send, started, closes=self.is_draining)

    async def _answer(self, request: Request, wire: Wire | None) -> Response:
        try:
            if wire is None:
                raise NotFoundError(f"There is nothing at {request.path[:200]}")
            return await wire.answer(request)
        except RequestError as error:
            return to_response(error)
        except Exception:  # The one door where every fault of a handler ends: the caller gets no traceback.
            self._log.write("failure", {"request_id": request.request_id, "traceback": traceback.format_exc()})
            return unexpected_response()

    async def _finish(
        self, request: Request, wire: Wire | None, response: Response, send: Send, started: float, *, closes: bool
    ) -> None:
        headers = [
            (b"content-type", response.content_type.encode()),
            (b"content-length", str(len(response.body)).encode()),
            (b"x-request-id", request.request_id.encode()),
            *response.headers,
        ]
        if closes:
            headers.append((b"connection", b"close"))
        seconds = time.perf_counter() - started
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})
        self._record(request, wire.name if wire else "none", response, seconds)

    def _record(self, request: Request, protocol: str, response: Response, seconds: float) -> None:
        model, version, outcome = request.model, request.version, request.outcome
        self._metrics.count_request(
            protocol=protocol, model=model, version=version, code=response.status, seconds=seconds
        )
        if outcome is not None:
            self._metrics.count_prediction(model=model, version=version, images=request.images, outcome=outcome)
        if self._log_requests:
            self._log.write("request", _describe(request, protocol, response, seconds))


def _describe(request: Request, protocol: str, response: Response, seconds: float) -> dict[str, object]:
    facts: dict[str, object] = {
        "request_id": request.request_id,
        "protocol": protocol,
        "method": request.method,
        "path": request.path[:200],
        "status": response.status,
        "seconds": round(seconds, 6),
        "body_bytes": len(request.body),
    }
    if request.outcome is not None:
        facts |= {
            "model": request.model,
            "version": request.version,
            "images": request.images,
            "queue_seconds": round(request.outcome.queue_seconds, 6),
            "batch_images": request.outcome.batch_images,
        }
    return facts

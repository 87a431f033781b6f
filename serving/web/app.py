"""The ASGI application: finds the protocol, reads the body, answers, and has the request remembered."""

import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from serving.errors import NotFoundError, RequestError
from serving.request_records import FinishedRequest, RequestRecords
from serving.web.body import ClientGoneError, Receive, read_body
from serving.web.errors import to_response, unexpected_response
from serving.web.messages import Request, Response, Wire
from serving.web.request_ids import choose_request_id

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class App:
    """Answers HTTP requests with the protocols that it is given."""

    def __init__(self, wires: Mapping[str, Wire], *, max_body_bytes: int, records: RequestRecords) -> None:
        """Remember the parts.

        Args:
            wires: The first word of a path to the protocol that answers it.
            max_body_bytes: Size of the largest body.
            records: Keeps requests and faults.
        """
        self._wires, self._max_body_bytes, self._records = wires, max_body_bytes, records
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
        wire = self._wires.get(rest.partition("/")[0]) if slash and not start else None
        try:
            request.body = await read_body(
                receive, content_length=headers.get(b"content-length"), max_body_bytes=self._max_body_bytes
            )
        except ClientGoneError:
            return
        except RequestError as error:
            await self._finish(request, wire, to_response(error), send, time.monotonic(), closes=True)
            return
        started = time.monotonic()
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
            self._records.keep_failure(request.request_id, traceback.format_exc())
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
        seconds = time.monotonic() - started
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})
        self._records.keep(
            FinishedRequest(
                request_id=request.request_id,
                protocol=wire.name if wire else "none",
                method=request.method,
                path=request.path,
                status=response.status,
                body_bytes=len(request.body),
                started=started,
                seconds=seconds,
                prediction=request.prediction,
                traceparent=request.headers.get(b"traceparent", b"").decode("latin-1"),
                tracestate=request.headers.get(b"tracestate", b"").decode("latin-1"),
            )
        )

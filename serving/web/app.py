"""The application: finds the protocol that answers a request, and keeps log and figures."""

import traceback
from collections.abc import Mapping

from serving.errors import NotFoundError, RequestError
from serving.request_records import FinishedRequest, RequestRecords
from serving.web.errors import to_response, unexpected_response
from serving.web.messages import Request, Response, Wire
from serving.web.token_gate import TokenGate


class App:
    """Answers HTTP requests with the protocols that it is given."""

    def __init__(self, wires: Mapping[str, Wire], *, records: RequestRecords, gate: TokenGate | None = None) -> None:
        """Remember the parts.

        Args:
            wires: The first word of a path to the protocol that answers it.
            records: Keeps requests and faults.
            gate: Asks for a token; None when none is needed.
        """
        self._wires, self._records, self._gate = wires, records, gate
        self.is_draining = False
        """Set to end every connection with its next response, so that callers turn to other servers."""

    def refuse_early(self, request: Request) -> Response | None:
        """Return a refusal of what can be refused before its body is read: who has no token gets no memory."""
        try:
            if self._gate is not None:
                self._gate.check(path=request.path, word=_first_word(request.path), headers=request.headers)
            wire = self._find(request)
            if b"expect" in request.headers:  # The caller has not sent the body yet, and waits to be told.
                wire.check(request)
        except RequestError as error:
            return to_response(error)
        return None

    async def answer(self, request: Request) -> Response:
        """Return the protocol's answer, or what says why there is none."""
        try:
            return await self._find(request).answer(request)
        except RequestError as error:
            return to_response(error)
        except Exception:  # The one door where every fault of a handler ends: the caller gets no traceback.
            self._records.keep_failure(request.request_id, traceback.format_exc())
            return unexpected_response()

    def record(self, request: Request, response: Response, *, started: float, seconds: float) -> None:
        """Keep log and figures of a request."""
        wire = self._look_up(request)
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

    def _look_up(self, request: Request) -> Wire | None:
        word = _first_word(request.path)
        return self._wires.get(word) if word is not None else None

    def _find(self, request: Request) -> Wire:
        wire = self._look_up(request)
        if wire is None:
            raise NotFoundError(f"There is nothing at {request.path[:200]}")
        return wire


def _first_word(path: str) -> str | None:
    """Return what stands between the first two slashes; None for a path without a slash, as OPTIONS may ask for "*"."""
    start, slash, rest = path.partition("/")
    return rest.partition("/")[0] if slash and not start else None

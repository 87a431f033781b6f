"""The application: finds the protocol that answers a request, and keeps log and figures."""

import traceback
from collections.abc import Mapping

from serving.errors import NotFoundError, RequestError
from serving.request_records import FinishedRequest, RequestRecords
from serving.web.errors import to_response, unexpected_response
from serving.web.messages import Request, Response, Wire


class App:
    """Answers HTTP requests with the protocols that it is given."""

    def __init__(self, wires: Mapping[str, Wire], *, records: RequestRecords) -> None:
        """Remember the parts.

        Args:
            wires: The first word of a path to the protocol that answers it.
            records: Keeps requests and faults.
        """
        self._wires, self._records = wires, records
        self.is_draining = False
        """Set to end every connection with its next response, so that callers turn to other servers."""

    def refuse_early(self, request: Request) -> Response | None:
        """Return a refusal of what can be refused before its body is read."""
        if self._find(request) is None:
            return to_response(NotFoundError(f"There is nothing at {request.path[:200]}"))
        return None

    async def answer(self, request: Request) -> Response:
        """Return the protocol's answer, or what says why there is none."""
        wire = self._find(request)
        if wire is None:
            return to_response(NotFoundError(f"There is nothing at {request.path[:200]}"))
        try:
            return await wire.answer(request)
        except RequestError as error:
            return to_response(error)
        except Exception:  # The one door where every fault of a handler ends: the caller gets no traceback.
            self._records.keep_failure(request.request_id, traceback.format_exc())
            return unexpected_response()

    def record(self, request: Request, response: Response, *, started: float, seconds: float) -> None:
        """Keep log and figures of a request."""
        wire = self._find(request)
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

    def _find(self, request: Request) -> Wire | None:
        start, slash, rest = request.path.partition("/")
        # OPTIONS may ask for "*", which has no slash.
        return self._wires.get(rest.partition("/")[0]) if slash and not start else None

"""The application: finds the protocol that answers a request, and keeps log and figures."""

import traceback
from collections.abc import Mapping

from serving.errors import NotFoundError, RequestError
from serving.metrics import Metrics
from serving.web.access_log import Log
from serving.web.errors import to_response, unexpected_response
from serving.web.messages import Request, Response, Wire


class App:
    """Answers HTTP requests with the protocols that it is given."""

    def __init__(self, wires: Mapping[str, Wire], *, metrics: Metrics, log: Log, log_requests: bool) -> None:
        """Remember the parts.

        Args:
            wires: The first word of a path to the protocol that answers it.
            metrics: Where requests are counted.
            log: Where requests and faults are written.
            log_requests: Whether to write a line for each request.
        """
        self._wires, self._metrics = wires, metrics
        self._log, self._log_requests = log, log_requests
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
            self._log.write("failure", {"request_id": request.request_id, "traceback": traceback.format_exc()})
            return unexpected_response()

    def record(self, request: Request, response: Response, seconds: float) -> None:
        """Count a request and write its line."""
        wire = self._find(request)
        protocol = wire.name if wire else "none"
        model, version, outcome = request.model, request.version, request.outcome
        self._metrics.count_request(
            protocol=protocol, model=model, version=version, code=response.status, seconds=seconds
        )
        if outcome is not None:
            self._metrics.count_prediction(model=model, version=version, images=request.images, outcome=outcome)
        if self._log_requests:
            self._log.write("request", _describe(request, protocol, response, seconds))

    def _find(self, request: Request) -> Wire | None:
        start, slash, rest = request.path.partition("/")
        # OPTIONS may ask for "*", which has no slash.
        return self._wires.get(rest.partition("/")[0]) if slash and not start else None


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

"""What is remembered of a request that has been answered, by HTTP or gRPC alike, and who is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from serving.metrics import Metrics
from serving.prediction import Prediction
from serving.web.access_log import Log

_MAX_PATH_LETTERS = 200


@dataclass(kw_only=True, slots=True)
class FinishedRequest:
    """One request, or call.

    Attributes:
        request_id: The caller's, or one that was made up.
        protocol: Name of the wire or service protocol; `none` when there is none for the path.
        method: HTTP's verb, or the full path of gRPC's method.
        path: HTTP's path, percent-encoded, without the query; empty for gRPC.
        status: HTTP's number, or the name of gRPC's code.
        body_bytes: Size of what was sent.
        started: When all of it had arrived; seconds of `time.monotonic`.
        seconds: From then to the answer.
        prediction: What was answered; None for anything but answered images.
        traceparent: The caller's place in a trace, as W3C's header of that name has it; empty when there is none.
        tracestate: The header that goes with it, likewise.
    """

    request_id: str
    protocol: str
    method: str
    path: str = ""
    status: int | str
    body_bytes: int
    started: float
    seconds: float
    prediction: Prediction | None
    traceparent: str = ""
    tracestate: str = ""


class Observer(Protocol):
    """Somebody else who wants to know of finished requests."""

    def observe(self, request: FinishedRequest) -> None:
        """Take note of a request; called on the event loop, so it never waits and raises nothing."""

    def close(self, *, timeout_seconds: float) -> None:
        """Finish what is begun, as far as the time allows; no request comes after this."""


class RequestRecords:
    """Writes and counts finished requests, and tells the observers."""

    def __init__(self, *, metrics: Metrics, log: Log, log_requests: bool, observers: Sequence[Observer] = ()) -> None:
        """Remember where requests are counted and written, whether to write a line for each, and who is told."""
        self._metrics, self._log, self._log_requests, self._observers = metrics, log, log_requests, observers

    def keep(self, request: FinishedRequest) -> None:
        """Write and count a request that has ended."""
        prediction = request.prediction
        model = prediction.version.model if prediction else ""
        version = str(prediction.version.number) if prediction else ""
        self._metrics.count_request(
            protocol=request.protocol, model=model, version=version, code=request.status, seconds=request.seconds
        )
        if prediction is not None:
            images = len(prediction.probabilities_NK)
            self._metrics.count_prediction(model=model, version=version, images=images, outcome=prediction.outcome)
        if self._log_requests:
            self._log.write("request", _describe(request))
        for observer in self._observers:
            observer.observe(request)

    def keep_failure(self, request_id: str, traceback: str) -> None:
        """Write a fault of the server."""
        self._log.write("failure", {"request_id": request_id, "traceback": traceback})


def _describe(request: FinishedRequest) -> dict[str, object]:
    facts: dict[str, object] = {
        "request_id": request.request_id,
        "protocol": request.protocol,
        "method": request.method,
    }
    if request.path:
        facts["path"] = request.path[:_MAX_PATH_LETTERS]
    facts |= {"status": request.status, "seconds": round(request.seconds, 6), "body_bytes": request.body_bytes}
    if request.prediction is not None:
        version, outcome = request.prediction.version, request.prediction.outcome
        facts |= {
            "model": version.model,
            "version": str(version.number),
            "images": len(request.prediction.probabilities_NK),
            "queue_seconds": round(outcome.queue_seconds, 6),
            "batch_images": outcome.batch_images,
        }
    return facts

"""What is remembered of a call, for log and figures; never what was sent."""

import time
from dataclasses import dataclass

import grpc

from serving.metrics import Metrics
from serving.prediction import Prediction
from serving.web.access_log import Log


@dataclass(kw_only=True)
class CallRecord:
    """One call."""

    method: str
    """Path of the method."""
    protocol: str
    request_id: str
    body_bytes: int
    started: float
    """On the clock of `time.perf_counter`."""
    code: grpc.StatusCode = grpc.StatusCode.CANCELLED
    """Stays so when the caller has gone."""
    prediction: Prediction | None = None
    """What was answered, if anything."""


class CallRecords:
    """Writes and counts calls."""

    def __init__(self, *, metrics: Metrics, log: Log, log_requests: bool) -> None:
        """Remember where calls are counted and written, and whether to write a line for each."""
        self._metrics, self._log, self._log_requests = metrics, log, log_requests

    def keep(self, record: CallRecord) -> None:
        """Write and count a call that has ended."""
        seconds = time.perf_counter() - record.started
        code, prediction = record.code.name, record.prediction
        model = prediction.version.model if prediction else ""
        version = str(prediction.version.number) if prediction else ""
        self._metrics.count_request(protocol=record.protocol, model=model, version=version, code=code, seconds=seconds)
        facts: dict[str, object] = {
            "request_id": record.request_id,
            "protocol": record.protocol,
            "method": record.method,
            "status": code,
            "seconds": round(seconds, 6),
            "body_bytes": record.body_bytes,
        }
        if prediction:
            images = len(prediction.probabilities_NK)
            self._metrics.count_prediction(model=model, version=version, images=images, outcome=prediction.outcome)
            facts |= {
                "model": model,
                "version": version,
                "images": images,
                "queue_seconds": round(prediction.outcome.queue_seconds, 6),
                "batch_images": prediction.outcome.batch_images,
            }
        if self._log_requests:
            self._log.write("request", facts)

    def keep_failure(self, record: CallRecord, traceback: str) -> None:
        """Write a fault of the server."""
        self._log.write("failure", {"request_id": record.request_id, "traceback": traceback})

"""Health, as probes ask for it, and the figures for Prometheus."""

from urllib.parse import unquote

from serving.errors import NotFoundError, UnavailableError
from serving.metrics import CONTENT_TYPE, Metrics
from serving.readiness import WhyNotReady
from serving.web.messages import Request, Response, to_json
from serving.web.methods import check_method

FIGURES_PATHS = ("/monitoring/prometheus/metrics", "/metrics")
"""The first is where TensorFlow Serving has them."""


class HealthWire:
    """`/health/live`, `/health/ready` and `/health/ready/MODEL`."""

    name = "health"

    def __init__(self, *, why_not_ready: WhyNotReady) -> None:
        """Take a function that returns why the server, or one model, is not ready; empty when it is."""
        self._why_not_ready = why_not_ready

    def check(self, request: Request) -> None:
        """Refuse all methods but those for looking."""
        check_method(request)

    async def answer(self, request: Request) -> Response:
        """Live is always 200: a restart mends no model. Ready is 503 while it starts or drains."""
        self.check(request)
        words = [unquote(word) for word in request.path.split("/")[2:]]
        if words == ["live"]:
            return to_json({"status": "live"})
        if words[:1] != ["ready"] or len(words) > len(["ready", "model"]):
            raise NotFoundError("There is /health/live, /health/ready and /health/ready/MODEL")
        reason = self._why_not_ready(words[1] if len(words) > 1 else None)
        if reason:
            raise UnavailableError(reason)
        return to_json({"status": "ready"})


class MetricsWire:
    """`/monitoring/prometheus/metrics`, where TensorFlow Serving has them, and `/metrics`."""

    name = "metrics"

    def __init__(self, metrics: Metrics) -> None:
        """Take the figures."""
        self._metrics = metrics

    def check(self, request: Request) -> None:
        """Refuse all methods but those for looking."""
        check_method(request)

    async def answer(self, request: Request) -> Response:
        """Return all figures as text."""
        self.check(request)
        if request.path not in FIGURES_PATHS:
            raise NotFoundError(f"There is nothing here; figures are at {FIGURES_PATHS[0]}")
        return Response(body=self._metrics.to_text(), content_type=CONTENT_TYPE)

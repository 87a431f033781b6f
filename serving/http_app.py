"""Puts the protocols that go over HTTP behind their paths."""

from serving.metrics import Metrics
from serving.openapi.document import Limits
from serving.openapi.wire import OpenApiWire
from serving.page.model_cards import ModelCardsWire
from serving.page.wire import PageWire
from serving.predictor import Predictor
from serving.readiness import WhyNotReady
from serving.request_records import RequestRecords
from serving.tf_rest.wire import TensorFlowRestWire
from serving.v2_rest.wire import InferenceRestWire
from serving.web.app import App
from serving.web.health import HealthWire, MetricsWire
from serving.web.messages import Wire
from serving.web.plain import PlainWire
from serving.web.token_gate import TokenGate


def make_app(
    predictor: Predictor,
    *,
    metrics: Metrics,
    records: RequestRecords,
    gate: TokenGate | None,
    max_body_bytes: int,
    why_not_ready: WhyNotReady,
) -> App:
    """Return the application with all protocols."""
    figures, rest, page = MetricsWire(metrics), TensorFlowRestWire(predictor), PageWire()
    wires: dict[str, Wire] = {
        "v1": rest,
        "V1": rest,
        "v2": InferenceRestWire(predictor, why_not_ready=why_not_ready),
        "predict": PlainWire(predictor),
        "health": HealthWire(why_not_ready=why_not_ready),
        "metrics": figures,
        "monitoring": figures,
        "": page,
        "page": page,
        "openapi.json": OpenApiWire(
            Limits(max_body_bytes=max_body_bytes, max_request_images=predictor.limits.max_request_images)
        ),
        "models.json": ModelCardsWire(predictor.registry),
    }
    return App(wires, records=records, gate=gate)


def make_health_app(*, records: RequestRecords, why_not_ready: WhyNotReady) -> App:
    """Return the application of the port for probes."""
    return App({"health": HealthWire(why_not_ready=why_not_ready)}, records=records)

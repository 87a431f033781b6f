"""Puts the services together."""

from collections.abc import Callable

from serving.grpc_api.calls import Calls, Service
from serving.grpc_api.health_service import HealthService
from serving.grpc_api.inference_service import InferenceService
from serving.grpc_api.listener import GrpcListener
from serving.grpc_api.model_service import ModelService
from serving.grpc_api.prediction_service import PredictionService
from serving.grpc_api.token_gate import TokenGate
from serving.predictor import Predictor
from serving.security.tls import Tls


def make_grpc_listener(
    calls: Calls,
    predictor: Predictor,
    *,
    why_not_ready: Callable[[], str],
    gate: TokenGate | None = None,
    tls: Tls | None = None,
) -> GrpcListener:
    """Return a listener for all services, not started.

    Args:
        calls: Takes the calls.
        predictor: Answers them, with its registry.
        why_not_ready: Returns why the server should get no calls; empty when it should.
        gate: Asks for a token; None when none is needed.
        tls: What encrypts; None for plain connections.
    """
    services: list[Service] = [
        PredictionService(predictor),
        ModelService(predictor.registry),
        InferenceService(predictor, why_not_ready=why_not_ready),
    ]
    health = HealthService(why_not_ready=why_not_ready, services=[service.name for service in services])
    return GrpcListener(calls, [*services, health], gate=gate, tls=tls)

from typing import Any

import grpc
import pytest

from serving.grpc_api.health_messages import NOT_SERVING, SERVING, HealthCheckRequest, HealthCheckResponse

CHECK = "/grpc.health.v1.Health/Check"


@pytest.mark.parametrize(
    "service",
    ["", "tensorflow.serving.PredictionService", "tensorflow.serving.ModelService", "inference.GRPCInferenceService"],
)
def test_the_server_and_its_services_serve_while_the_server_is_ready(server: Any, service: str) -> None:
    assert server.ask(CHECK, HealthCheckRequest(service=service), HealthCheckResponse).status == SERVING

    server.why_not_ready = "The server is draining"

    assert server.ask(CHECK, HealthCheckRequest(service=service), HealthCheckResponse).status == NOT_SERVING


def test_an_unknown_service_is_not_found(server: Any) -> None:
    code, text = server.refuse(CHECK, HealthCheckRequest(service="mail"))

    assert (code, text) == (grpc.StatusCode.NOT_FOUND, "There is no service mail")

from typing import Any

import grpc
import pytest

METHODS = {
    "tensorflow.serving.PredictionService": ["Predict", "Classify", "GetModelMetadata"],
    "tensorflow.serving.ModelService": ["GetModelStatus"],
    "inference.GRPCInferenceService": [
        "ServerLive",
        "ServerReady",
        "ModelReady",
        "ServerMetadata",
        "ModelMetadata",
        "ModelInfer",
    ],
    "grpc.health.v1.Health": ["Check"],
}


def test_every_method_is_there(server: Any) -> None:
    async def talk(client: Any) -> list[str]:
        missing = []
        for service, methods in METHODS.items():
            for method in methods:
                try:
                    await client.channel.unary_unary(f"/{service}/{method}")(b"")
                except grpc.aio.AioRpcError as error:
                    if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                        missing.append(method)
        return missing

    assert server.serve(talk) == []


@pytest.mark.parametrize(
    "path", ["/tensorflow.serving.PredictionService/predict", "/tensorflow.serving.SessionService/SessionRun"]
)
def test_others_are_not_implemented(server: Any, path: str) -> None:
    assert server.refuse(path, b"")[0] == grpc.StatusCode.UNIMPLEMENTED

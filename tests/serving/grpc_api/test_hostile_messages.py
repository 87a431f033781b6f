"""Damaged messages to every method: whatever comes, it is the caller's fault, and the server lives on."""

import random
from collections.abc import Callable
from typing import Any

import grpc
from tiny_bundles import RED, encode

from serving.grpc_api.health_messages import HealthCheckRequest
from serving.grpc_api.inference_messages import ModelInferRequest, ModelMetadataRequest
from serving.grpc_api.tensorflow_messages import (
    ClassificationRequest,
    GetModelMetadataRequest,
    GetModelStatusRequest,
    PredictRequest,
    PredictResponse,
)

PREDICT = "/tensorflow.serving.PredictionService/Predict"
CALLERS_FAULTS = {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION"}
DAMAGED_MESSAGES = 120


def make_requests(fill: Callable[..., None]) -> list[tuple[str, Any]]:
    predict = PredictRequest(model_spec={"name": "colours", "version_label": "champion"}, output_filter=["label"])
    fill(predict.inputs, "image_bytes", [encode(RED)])
    packed = PredictRequest(model_spec={"name": "colours"})
    packed.inputs["image_bytes"].CopyFrom(predict.inputs["image_bytes"])
    packed.inputs["image_bytes"].tensor_content = bytes([len(encode(RED))]) + encode(RED)
    classify = ClassificationRequest(model_spec={"name": "colours", "version": {"value": 1}})
    feature = classify.input.example_list.examples.add().features.feature["image"]
    feature.bytes_list.value.append(encode(RED))
    tensor = {"name": "image", "datatype": "UINT8", "shape": [1, 1, 2, 3]}
    raw = ModelInferRequest(model_name="colours", inputs=[tensor], raw_input_contents=[bytes(6)])
    metadata = GetModelMetadataRequest(model_spec={"name": "colours"}, metadata_field=["signature_def"])
    return [
        (PREDICT, predict),
        (PREDICT, packed),
        ("/tensorflow.serving.PredictionService/Classify", classify),
        ("/tensorflow.serving.PredictionService/GetModelMetadata", metadata),
        ("/tensorflow.serving.ModelService/GetModelStatus", GetModelStatusRequest(model_spec={"name": "colours"})),
        ("/inference.GRPCInferenceService/ModelInfer", raw),
        ("/inference.GRPCInferenceService/ModelMetadata", ModelMetadataRequest(name="colours", version="1")),
        ("/grpc.health.v1.Health/Check", HealthCheckRequest(service="inference.GRPCInferenceService")),
    ]


def damage(content: bytes, chance: random.Random) -> bytes:
    """Change, drop or repeat a few bytes."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(damaged) + 1)
        end = min(len(damaged), start + chance.randint(0, 6))
        damaged[start:end] = chance.choice([b"", bytes([chance.randrange(256)]), bytes(damaged[start:end]) * 3])
    return bytes(damaged)


def test_damaged_messages_are_the_callers_fault(server: Any, fill: Callable[..., None]) -> None:
    chance = random.Random(4)  # noqa: S311 - no secret depends on it
    requests = make_requests(fill)

    async def talk(client: Any) -> dict[str, str]:
        bad = {}
        for method, request in requests:
            for _ in range(DAMAGED_MESSAGES):
                content = damage(request.SerializeToString(), chance)
                try:
                    await client.channel.unary_unary(method)(content, timeout=30)
                except grpc.aio.AioRpcError as error:
                    if error.code().name not in CALLERS_FAULTS:
                        bad[f"{method} {content.hex()}"] = f"{error.code().name} {error.details()}"
        await client.ask(*requests[0], PredictResponse)
        return bad

    assert server.serve(talk) == {}
    assert b"Traceback" not in server.log.getvalue()

"""Damaged messages to every method: whatever comes, it is the caller's fault, and the server lives on."""

import asyncio
import random
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import pytest
from hostile_images import damage_image, make_unusable, make_usable
from server_process import running_server
from tiny_bundles import RED, encode, write_bundle

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
SMALL_BODY_MIB = 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = b"\0\0\0\4\0\0\0\0\0"
CONNECTIONS = [
    b"",
    b"GET / HTTP/1.1\r\nhost: x\r\n\r\n",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    bytes(100_000),
    PREFACE[:10],
    PREFACE + b"\xff" * 1000,
    PREFACE + SETTINGS * 5000,
    PREFACE + SETTINGS + b"\xff\xff\xff\1\4\0\0\0\1" + b"x" * 5000,
    PREFACE + SETTINGS + b"\0\0\5\1\4\0\0\0\1\xff\xff\xff\xff\xff",
    PREFACE + SETTINGS + b"\0\0\4\x08\0\0\0\0\0\0\0\0\0",
    PREFACE + SETTINGS + b"\0\0\x08\6\0\0\0\0\0ping-me!" * 5000,
    PREFACE + SETTINGS + b"\0\0\4\3\0\0\0\0\1\0\0\0\x08" * 5000,
]
"""What is no gRPC: other protocols, damaged frames, floods of frames that cost the sender little."""


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


async def code_of(client: Any, method: str, content: bytes, **options: Any) -> str:
    try:
        await client.unary_unary(method)(content, timeout=30, **options)
    except grpc.aio.AioRpcError as error:
        told = f"{error.details()} {error.trailing_metadata()}"
        assert not any(sign in told for sign in ("Traceback", ".py", "/tmp/", "site-packages")), told  # noqa: S108
        return str(error.code().name)
    return "OK"


def make_image_messages(fill: Callable[..., None], image: bytes) -> list[tuple[str, bytes]]:
    predict = PredictRequest(model_spec={"name": "colours"})
    fill(predict.inputs, "image_bytes", [image])
    tensor = {"name": "image_bytes", "datatype": "BYTES", "shape": [1]}
    typed = ModelInferRequest(model_name="colours", inputs=[{**tensor, "contents": {"bytes_contents": [image]}}])
    raw = ModelInferRequest(
        model_name="colours", inputs=[tensor], raw_input_contents=[len(image).to_bytes(4, "little") + image]
    )
    infer = "/inference.GRPCInferenceService/ModelInfer"
    return [
        (PREDICT, predict.SerializeToString()),
        (infer, typed.SerializeToString()),
        (infer, raw.SerializeToString()),
    ]


def strike(port: int, content: bytes) -> None:
    """Send bytes that are no calls; whether and how the connection ends is gRPC's business."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=0.5)) as client:
        try:
            client.sendall(content)
            while client.recv(1 << 16):
                pass
        except OSError:
            pass


@pytest.mark.slow
def test_a_real_server_lives_through_hostile_calls(fill: Callable[..., None], tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - no secret depends on it
    write_bundle(tmp_path / "models" / "colours" / "1")
    usable, unusable = make_usable(), make_unusable()
    attacks = [("OK", call) for image in usable.values() for call in make_image_messages(fill, image)]
    attacks += [("INVALID_ARGUMENT", call) for image in unusable.values() for call in make_image_messages(fill, image)]
    small = {name: image for name, image in {**usable, **unusable}.items() if len(image) < 20_000}
    for _ in range(100):
        attacks += [("", call) for call in make_image_messages(fill, damage_image(chance, small))]
    for method, request in make_requests(fill):
        attacks += [("", (method, damage(request.SerializeToString(), chance))) for _ in range(40)]
        attacks.append(("RESOURCE_EXHAUSTED", (method, bytes((SMALL_BODY_MIB << 20) + 1))))
        attacks.append(("UNIMPLEMENTED", (method + "Stream", b"")))
    attacks.append(("UNIMPLEMENTED", ("/" + "x" * 4000, b"")))

    async def send(port: int) -> list[str]:
        problems = []
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            for expected, (method, content) in attacks:
                code = await code_of(channel, method, content)
                if code not in ({expected} if expected else CALLERS_FAULTS):
                    problems.append(f"{method} {content[:200].hex()}: {code} instead of {expected or CALLERS_FAULTS}")
            large = (("x-large", "y" * 100_000),)
            if (code := await code_of(channel, PREDICT, b"", metadata=large)) == "OK":
                problems.append(f"large metadata: {code}")
        return problems

    options = ["--max-body-mib", str(SMALL_BODY_MIB), "--max-image-megapixels", "1"]
    with running_server(tmp_path / "models", *options, "--grpc-port", "0") as server:
        problems = asyncio.run(send(server.grpc_port))
        for content in CONNECTIONS:
            strike(server.grpc_port, content)

        assert not problems, "\n".join(problems)
        (method, content), *_ = make_image_messages(fill, encode(RED))
        assert asyncio.run(ask_once(server.grpc_port, method, content)) == "OK"
        assert "Traceback" not in server.log


async def ask_once(port: int, method: str, content: bytes) -> str:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        return await code_of(channel, method, content)

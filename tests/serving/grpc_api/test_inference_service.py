"""Every method, form and error of the Open Inference Protocol over gRPC, with the code that it must have."""

import struct
from typing import Any

import grpc
import numpy as np
import pytest
from tiny_bundles import BLUE, GREEN, RED, encode, expected

from serving.grpc_api import inference_messages as messages

SERVICE = "/inference.GRPCInferenceService/"
INFER = SERVICE + "ModelInfer"
CODES = grpc.StatusCode


def pack(*values: bytes) -> bytes:
    return b"".join(struct.pack("<I", len(value)) + value for value in values)


def typed_request(*images: bytes, **fields: Any) -> Any:
    tensor = {"name": "image_bytes", "datatype": "BYTES", "shape": [len(images)]}
    return messages.ModelInferRequest(
        **{"model_name": "colours", "inputs": [{**tensor, "contents": {"bytes_contents": images}}], **fields}
    )


def raw_request(name: str, datatype: str, shape: list[int], *contents: bytes) -> Any:
    tensor = {"name": name, "datatype": datatype, "shape": shape}
    return messages.ModelInferRequest(model_name="colours", inputs=[tensor], raw_input_contents=contents)


def test_a_typed_request_is_answered_in_typed_contents(server: Any) -> None:
    answer = server.ask(INFER, typed_request(encode(GREEN), encode(RED), id="7"), messages.ModelInferResponse)

    assert (answer.model_name, answer.model_version, answer.id) == ("colours", "2", "7")
    assert [(each.name, each.datatype, list(each.shape)) for each in answer.outputs] == [
        ("probabilities", "FP32", [2, 3]),
        ("label", "BYTES", [2]),
        ("score", "FP32", [2]),
    ]
    probabilities, label, score = (each.contents for each in answer.outputs)
    wanted = [*expected(GREEN, sharpness=5), *expected(RED, sharpness=5)]
    assert list(probabilities.fp32_contents) == pytest.approx(wanted, abs=1e-6)
    assert list(label.bytes_contents) == [b"green", b"red"]
    assert list(score.fp32_contents) == pytest.approx([max(wanted)] * 2)
    assert not answer.raw_output_contents


@pytest.mark.parametrize(
    "request_message",
    [
        raw_request("image_bytes", "BYTES", [2], pack(encode(BLUE), encode(RED))),
        raw_request("image", "UINT8", [2, 4, 5, 3], bytes(BLUE) * 20 + bytes(RED) * 20),
    ],
)
def test_a_raw_request_is_answered_in_raw_contents(server: Any, request_message: Any) -> None:
    answer = server.ask(INFER, request_message, messages.ModelInferResponse)

    probabilities, label, score = answer.raw_output_contents
    wanted = [expected(BLUE, sharpness=5), expected(RED, sharpness=5)]
    np.testing.assert_allclose(np.frombuffer(probabilities, "<f4").reshape(2, 3), wanted, atol=1e-6)
    assert label == pack(b"blue", b"red")
    np.testing.assert_allclose(np.frombuffer(score, "<f4"), np.max(wanted, axis=1), atol=1e-6)
    assert not any(each.HasField("contents") for each in answer.outputs)


def test_pixels_may_be_typed(server: Any) -> None:
    tensor = {"name": "image", "datatype": "UINT8", "shape": [1, 1, 1, 3], "contents": {"uint_contents": GREEN}}
    request = messages.ModelInferRequest(model_name="colours", inputs=[tensor])

    assert list(server.ask(INFER, request, messages.ModelInferResponse).outputs[1].contents.bytes_contents) == [
        b"green"
    ]


def test_outputs_are_those_asked_for_in_their_order(server: Any) -> None:
    request = typed_request(encode(RED), model_version="1", outputs=[{"name": "score"}, {"name": "label"}])

    answer = server.ask(INFER, request, messages.ModelInferResponse)

    assert answer.model_version == "1"
    assert [each.name for each in answer.outputs] == ["score", "label"]


@pytest.mark.parametrize(
    ("request_message", "code", "text"),
    [
        (typed_request(b"", model_name=""), CODES.INVALID_ARGUMENT, "names no model"),
        (typed_request(b"", model_name="shapes"), CODES.NOT_FOUND, "Latest(shapes)"),
        (typed_request(b"", model_version="7"), CODES.NOT_FOUND, "Specific(colours, 7)"),
        (typed_request(b"", model_version="new"), CODES.INVALID_ARGUMENT, "'new' is not a whole number"),
        (typed_request(b"words"), CODES.INVALID_ARGUMENT, "not a JPEG or PNG"),
        (typed_request(), CODES.INVALID_ARGUMENT, "holds no image"),
        (typed_request(b"", outputs=[{"name": "logits"}]), CODES.INVALID_ARGUMENT, "asks for ['logits']"),
        (typed_request(b"", outputs=[{"name": "score"}] * 2), CODES.INVALID_ARGUMENT, "each once"),
        (typed_request(b"", inputs=[]), CODES.INVALID_ARGUMENT, "the request has []"),
    ],
)
def test_infer_refuses(server: Any, request_message: Any, code: Any, text: str) -> None:
    found_code, found_text = server.refuse(INFER, request_message)

    assert found_code == code
    assert text in found_text


def test_the_server_is_live_also_when_it_is_not_ready(server: Any) -> None:
    def ask() -> tuple[bool, bool]:
        live = server.ask(SERVICE + "ServerLive", messages.ServerLiveRequest(), messages.ServerLiveResponse)
        ready = server.ask(SERVICE + "ServerReady", messages.ServerReadyRequest(), messages.ServerReadyResponse)
        return live.live, ready.ready

    assert ask() == (True, True)

    server.why_not_ready = "Models are being loaded"

    assert ask() == (True, False)


@pytest.mark.parametrize(
    ("name", "version", "is_ready"),
    [("colours", "", True), ("colours", "1", True), ("colours", "3", False), ("shapes", "", False)],
)
def test_a_model_is_ready_when_it_is_loaded(server: Any, name: str, version: str, is_ready: bool) -> None:
    request = messages.ModelReadyRequest(name=name, version=version)

    assert server.ask(SERVICE + "ModelReady", request, messages.ModelReadyResponse).ready == is_ready


def test_metadata_tells_the_server_and_the_model(server: Any) -> None:
    about = server.ask(SERVICE + "ServerMetadata", messages.ServerMetadataRequest(), messages.ServerMetadataResponse)
    model = server.ask(
        SERVICE + "ModelMetadata", messages.ModelMetadataRequest(name="colours"), messages.ModelMetadataResponse
    )

    assert about.name == "tandem"
    assert (model.name, list(model.versions), model.platform) == ("colours", ["1", "2"], "onnxruntime_onnx")
    assert [(each.name, each.datatype, list(each.shape)) for each in (*model.inputs, *model.outputs)] == [
        ("image_bytes", "BYTES", [-1]),
        ("probabilities", "FP32", [-1, 3]),
        ("label", "BYTES", [-1]),
        ("score", "FP32", [-1]),
    ]

"""Conformance with the Open Inference Protocol over HTTP: each route, form and error."""

import base64
import json
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from app_call import Reply, call
from colour_server import ColourServer
from tiny_bundles import GREEN, RED, encode, expected

INFER = "/v2/models/colours/infer"
PIXELS = np.array([[[RED, RED]], [[GREEN, GREEN]]], np.uint8)
"""uint8 [2, 1, 2, 3]."""


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ColourServer]:
    made = ColourServer(tmp_path_factory.mktemp("models")).load()
    yield made
    made.close()


def ask(
    colours: ColourServer, method: str, path: str, body: Any = b"", *, raw: bytes = b"", length: str | None = None
) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"inference-header-content-length": length or str(len(content))} if raw or length else {}
    reply = call(colours.app, method, path, content + raw, headers)
    return reply


def encoded(*images: bytes, **more: Any) -> dict[str, Any]:
    data = [base64.b64encode(image).decode() for image in images]
    return {"name": "image_bytes", "shape": [len(images)], "datatype": "BYTES", "data": data} | more


def pixels(**more: Any) -> dict[str, Any]:
    return {"name": "image", "shape": [2, 1, 2, 3], "datatype": "UINT8", "data": PIXELS.ravel().tolist()} | more


def binary(tensor: dict[str, Any], size: int) -> dict[str, Any]:
    return {name: value for name, value in tensor.items() if name != "data"} | {
        "parameters": {"binary_data_size": size}
    }


def outputs(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    return {output["name"]: output for output in reply.json()["outputs"]}


def test_encoded_images_are_answered_with_all_outputs(colours: ColourServer) -> None:
    reply = ask(colours, "POST", INFER, {"id": "7", "inputs": [encoded(encode(RED), encode(GREEN))]})

    found = outputs(reply)
    assert (reply.json()["model_name"], reply.json()["model_version"], reply.json()["id"]) == ("colours", "2", "7")
    assert (found["probabilities"]["datatype"], found["probabilities"]["shape"]) == ("FP32", [2, 3])
    assert found["probabilities"]["data"] == pytest.approx(
        [*expected(RED, sharpness=5.0), *expected(GREEN, sharpness=5.0)]
    )
    assert found["label"] == {"name": "label", "shape": [2], "datatype": "BYTES", "data": ["red", "green"]}
    assert found["score"]["data"] == pytest.approx([max(expected(RED, sharpness=5.0))] * 2)


@pytest.mark.parametrize("data", [PIXELS.ravel().tolist(), PIXELS.tolist()])
def test_pixels_come_flat_or_nested(colours: ColourServer, data: list[Any]) -> None:
    assert outputs(ask(colours, "POST", INFER, {"inputs": [pixels(data=data)]}))["label"]["data"] == ["red", "green"]


def test_binary_tensors_mean_the_same_as_json(colours: ColourServer) -> None:
    images = [encode(RED), encode(GREEN)]
    packed = b"".join(struct.pack("<I", len(image)) + image for image in images)
    plain = outputs(ask(colours, "POST", INFER, {"inputs": [encoded(*images)]}))

    for tensor, raw in ((encoded(*images), packed), (pixels(), PIXELS.tobytes())):
        body = {"inputs": [binary(tensor, len(raw))]}
        assert outputs(ask(colours, "POST", INFER, body, raw=raw))["label"] == plain["label"]


def test_outputs_are_chosen_and_come_as_bytes_when_asked_for(colours: ColourServer) -> None:
    wanted = [{"name": "label", "parameters": {"binary_data": True}}, {"name": "probabilities"}]
    body = {
        "inputs": [encoded(encode(RED))],
        "outputs": [*wanted, {"name": "score", "parameters": {"binary_data": False}}],
        "parameters": {"binary_data_output": True},
    }

    reply = ask(colours, "POST", INFER, body)

    length = int(reply.headers["inference-header-content-length"])
    head = json.loads(reply.body[:length])
    label, probabilities, score = head["outputs"]
    assert reply.headers["content-type"] == "application/octet-stream"
    assert (label["parameters"], probabilities["parameters"]) == ({"binary_data_size": 7}, {"binary_data_size": 12})
    assert reply.body[length : length + 7] == b"\x03\0\0\0red"
    assert np.frombuffer(reply.body[length + 7 :], "<f4") == pytest.approx(expected(RED, sharpness=5.0))
    assert score["data"] == pytest.approx([max(expected(RED, sharpness=5.0))])


def test_a_version_can_be_named(colours: ColourServer) -> None:
    reply = ask(colours, "POST", "/v2/models/colours/versions/1/infer", {"inputs": [encoded(encode(RED))]})

    assert outputs(reply)["probabilities"]["data"] == pytest.approx(expected(RED, sharpness=1.0))


def test_server_and_model_describe_themselves(colours: ColourServer) -> None:
    assert ask(colours, "GET", "/v2").json()["extensions"] == ["binary_tensor_data"]
    model = ask(colours, "GET", "/v2/models/colours").json()
    assert (model["name"], model["versions"], model["platform"]) == ("colours", ["1", "2"], "onnxruntime_onnx")
    assert model["inputs"] == [{"name": "image_bytes", "datatype": "BYTES", "shape": [-1]}]
    assert model["outputs"][0] == {"name": "probabilities", "datatype": "FP32", "shape": [-1, 3]}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/health/live", 200),
        ("/v2/health/ready", 200),
        ("/v2/models/colours/ready", 200),
        ("/v2/models/colours/versions/1/ready", 200),
        ("/v2/models/colours/versions/3/ready", 503),
        ("/v2/models/shapes/ready", 404),
        ("/v2/models/shapes", 404),
        ("/v2/models", 404),
        ("/v2/other", 404),
        (INFER, 405),
    ],
)
def test_looking_has_its_status(colours: ColourServer, path: str, status: int) -> None:
    reply = ask(colours, "GET", path)

    assert reply.status == status
    assert status != 200 or reply.body == b""


@pytest.mark.parametrize("path", ["/v2", "/v2/", "/v2/health/live", "/v2/models/colours", "/v2/models/colours/ready"])
def test_head_is_answered_like_get(colours: ColourServer, path: str) -> None:
    assert ask(colours, "HEAD", path).status == ask(colours, "GET", path).status == 200


@pytest.mark.parametrize("path", ["/v2/health/live", "/v2/models/colours/ready"])
def test_an_answer_without_a_body_has_no_type(colours: ColourServer, path: str) -> None:
    reply = ask(colours, "GET", path)

    assert (reply.body, reply.headers["content-length"]) == (b"", "0")
    assert "content-type" not in reply.headers


RAW = {"inputs": [binary(pixels(), 12)]}


@pytest.mark.parametrize(
    ("body", "raw", "status", "message"),
    [
        (b"", b"", 400, "The JSON does not parse"),
        ([], b"", 400, "an object whose inputs"),
        ({}, b"", 400, "an object whose inputs"),
        ({"inputs": [1]}, b"", 400, "an object whose inputs"),
        ({"inputs": []}, b"", 400, "The one input is"),
        ({"inputs": [pixels(), encoded(b"")]}, b"", 400, "The one input is"),
        ({"inputs": [pixels(name="picture")]}, b"", 400, "The one input is"),
        ({"inputs": [pixels(name=["image"])]}, b"", 400, "The one input is"),
        ({"inputs": [pixels(name={})]}, b"", 400, "The one input is"),
        ({"inputs": [pixels(datatype="FP32")]}, b"", 400, "must have the datatype UINT8"),
        ({"inputs": [pixels(shape=[2, 2, 3])]}, b"", 400, "the shape [N, H, W, 3]"),
        ({"inputs": [pixels(shape=[2, 1, -2, 3])]}, b"", 400, "the shape [N, H, W, 3]"),
        ({"inputs": [pixels(shape=[2, 1, 2, 4])]}, b"", 400, "the shape [N, H, W, 3]"),
        ({"inputs": [pixels(shape=[1, 1, 2, 3])]}, b"", 400, "has 12 elements, but its shape [1, 1, 2, 3] 6"),
        ({"inputs": [pixels(data=[1.5] * 12)]}, b"", 400, "whole numbers from 0 to 255"),
        ({"inputs": [pixels(data=[256] * 12)]}, b"", 400, "whole numbers from 0 to 255"),
        ({"inputs": [pixels(data=[-1] * 12)]}, b"", 400, "whole numbers from 0 to 255"),
        ({"inputs": [pixels(data=[[1], [1, 2]])]}, b"", 400, "whole numbers from 0 to 255"),
        ({"inputs": [pixels(data="x")]}, b"", 400, "whole numbers from 0 to 255"),
        ({"inputs": [encoded(b"", data=["*"])]}, b"", 400, "is not base64"),
        ({"inputs": [encoded(b"", data="x")]}, b"", 400, "a list of base64 strings"),
        ({"inputs": [encoded(b"words")]}, b"", 400, "the bytes are not a JPEG or PNG"),
        ({"inputs": [encoded(*[encode(RED)] * 5)]}, b"", 413, "5 images, more than 4"),
        ({"inputs": [encoded()]}, b"", 400, "holds no image"),
        ({"inputs": [encoded(encode(RED))], "outputs": [{"name": "x"}]}, b"", 400, "names are of probabilities"),
        ({"inputs": [encoded(encode(RED))], "outputs": [{"name": ["label"]}]}, b"", 400, "names are of probabilities"),
        ({"inputs": [encoded(encode(RED))], "outputs": [{"name": {}}]}, b"", 400, "names are of probabilities"),
        ({"inputs": [encoded(encode(RED))], "id": 1}, b"", 400, "id must be a string"),
        ({"inputs": [encoded(encode(RED))], "parameters": 1}, b"", 400, "parameters must be an object"),
        (RAW, b"x" * 11, 400, "have "),
        (RAW, b"x" * 13, 400, "have "),
        ({"inputs": [pixels(parameters={"binary_data_size": 12})]}, b"x" * 12, 400, "or data, and not both"),
        ({"inputs": [binary(pixels(), -1)]}, b"x", 400, "a whole number from 0 on"),
        ({"inputs": [binary(encoded(b""), 3)]}, b"\x09\0\0", 400, "do not add up"),
        ({"inputs": [binary(encoded(b""), 6)]}, b"\x09\0\0\0ab", 400, "do not add up"),
    ],
)
def test_errors_have_their_status_and_the_one_shape(
    colours: ColourServer, body: Any, raw: bytes, status: int, message: str
) -> None:
    reply = ask(colours, "POST", INFER, body, raw=raw)

    assert list(reply.json()) == ["error"]
    assert message in reply.json()["error"]
    assert reply.status == status


@pytest.mark.parametrize("length", ["x", "-1", "99", "9" * 5000])
def test_a_header_length_beyond_the_body_is_refused(colours: ColourServer, length: str) -> None:
    reply = ask(colours, "POST", INFER, b"{}", length=length)

    assert (reply.status, "no length within the body" in reply.json()["error"]) == (400, True)

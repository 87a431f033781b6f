"""Conformance with TensorFlow Serving's REST interface: each route, form and error, with status and body."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from app_call import Reply, call
from colour_server import ColourServer
from tiny_bundles import BLUE, GREEN, RED, encode, expected

PREDICT = "/v1/models/colours:predict"
CLASSIFY = "/v1/models/colours:classify"


def b64(image: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(image).decode()}


R, G = b64(encode(RED)), b64(encode(GREEN))


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ColourServer]:
    made = ColourServer(tmp_path_factory.mktemp("models")).load()
    yield made
    made.close()


def post(colours: ColourServer, path: str, body: Any) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = call(colours.app, "POST", path, content)
    return reply


def get(colours: ColourServer, path: str) -> Reply:
    reply = call(colours.app, "GET", path)
    return reply


def test_rows_are_answered_with_every_output_for_each_image(colours: ColourServer) -> None:
    reply = post(colours, PREDICT, {"signature_name": "serving_default", "instances": [R, G]})

    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    red, green = reply.json()["predictions"]
    assert list(red) == ["probabilities", "label", "score"]
    assert red["probabilities"] == pytest.approx(expected(RED, sharpness=5.0))
    assert (red["label"], green["label"]) == ("red", "green")
    assert red["score"] == max(red["probabilities"])


def test_columns_are_answered_with_columns(colours: ColourServer) -> None:
    outputs = post(colours, PREDICT, {"inputs": [R, G]}).json()["outputs"]

    assert outputs["label"] == ["red", "green"]
    assert outputs["probabilities"][1] == pytest.approx(expected(GREEN, sharpness=5.0))
    assert outputs["score"] == [max(row) for row in outputs["probabilities"]]


@pytest.mark.parametrize(
    "body",
    [
        {"instances": [{"image_bytes": R}]},
        {"instances": [R], "signature_name": ""},
        {"instances": [R], "unknown_key": 1},
        {"instances": [{"b64": R["b64"].rstrip("=")}]},
        {"instances": [{"b64": R["b64"][:20] + "\n" + R["b64"][20:]}]},
    ],
)
def test_forms_of_a_row(colours: ColourServer, body: dict[str, Any]) -> None:
    reply = post(colours, PREDICT, body)

    assert [row["label"] for row in reply.json()["predictions"]] == ["red"]


def test_forms_of_columns(colours: ColourServer) -> None:
    for inputs in ({"image_bytes": [R]}, {"image_bytes": [R], "extra": 1}, [R]):
        assert post(colours, PREDICT, {"inputs": inputs}).json()["outputs"]["label"] == ["red"]


@pytest.mark.parametrize(
    ("path", "sharpness"),
    [
        ("/v1/models/colours/versions/1:predict", 1.0),
        ("/v1/models/colours/versions/2:predict", 5.0),
        ("/v1/models/colours/labels/stable:predict", 1.0),
        ("/v1/models/colours/labels/champion:predict", 5.0),
        ("/V1/Models/colours/Versions/1:PREDICT", 1.0),
        ("/v1/models/c%6Flours/labels/st%61ble:predict", 1.0),
    ],
)
def test_versions_and_labels(colours: ColourServer, path: str, sharpness: float) -> None:
    (row,) = post(colours, path, {"instances": [R]}).json()["predictions"]

    assert row["probabilities"] == pytest.approx(expected(RED, sharpness=sharpness))


@pytest.mark.parametrize("feature", ["image_bytes", "image"])
def test_classify_pairs_each_class_with_its_score(colours: ColourServer, feature: str) -> None:
    reply = post(colours, CLASSIFY, {"examples": [{feature: R}, {feature: [G]}]})

    red, green = reply.json()["results"]
    assert [name for name, _ in red] == ["red", "green", "blue"]
    assert [score for _, score in green] == pytest.approx(expected(GREEN, sharpness=5.0))


def test_classify_takes_a_shared_context(colours: ColourServer) -> None:
    reply = post(colours, CLASSIFY, {"context": {"image": b64(encode(BLUE))}, "examples": [{}, {"image": R}]})

    assert [max(row, key=lambda pair: pair[1])[0] for row in reply.json()["results"]] == ["blue", "red"]


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        (PREDICT, b"", 400, "JSON Parse error: The document is empty"),
        (PREDICT, b"{", 400, "JSON Parse error: "),
        (PREDICT, b'{"instances": [NaN]}', 400, "JSON Parse error: "),
        (PREDICT, b"\xff", 400, "JSON Parse error: "),
        (PREDICT, [], 400, "JSON Value: [] Is not object"),
        (PREDICT, b"[" * 1000 + b"]" * 1000, 400, "JSON Value: Array of many levels Is not object"),
        (PREDICT, {}, 400, "Missing 'inputs' or 'instances' key"),
        (PREDICT, {"instances": [R], "inputs": [R]}, 400, "expecting only one of 'inputs' or 'instances'"),
        (PREDICT, {"instances": R}, 400, "Excepting 'instances' to be an list/array"),
        (PREDICT, {"instances": []}, 400, "No values in 'instances' array"),
        (PREDICT, {"inputs": []}, 400, "The request holds no image"),
        (PREDICT, {"inputs": R}, 400, "image_bytes is a list of images"),
        (PREDICT, {"inputs": {"picture": [R]}}, 400, "Missing named input: image_bytes in 'inputs' object."),
        (PREDICT, {"instances": [R], "signature_name": 1}, 400, "'signature_name' key must be a string value."),
        (PREDICT, {"instances": [R], "signature_name": "x"}, 400, 'Serving signature name: "x" not found'),
        (PREDICT, {"instances": [{"picture": R}]}, 400, "does not have named input: picture"),
        (PREDICT, {"instances": [{"image_bytes": R, "x": 1}]}, 400, "must only have keys: image_bytes"),
        (PREDICT, {"instances": [R, {"image_bytes": R}]}, 400, "Expecting value/list but got object at item 1"),
        (PREDICT, {"instances": [{"image_bytes": R}, R]}, 400, "Expecting object but got list at item 1"),
        (PREDICT, {"instances": [{}]}, 400, "does not have named input"),
        (PREDICT, {"instances": [3]}, 400, "JSON Value: 3 Type: Number is not of expected type: string"),
        (PREDICT, {"instances": [None]}, 400, "Type: Null is not of expected type: string"),
        (PREDICT, {"instances": [True]}, 400, "Type: True is not of expected type: string"),
        (PREDICT, {"instances": [[R]]}, 400, "image_bytes has one dimension"),
        (PREDICT, {"instances": [{"b64": "*"}]}, 400, "Unable to base64 decode"),
        (PREDICT, {"instances": [{"b64": "é"}]}, 400, "Unable to base64 decode"),
        (PREDICT, {"instances": [{"image_bytes": {"b64": 1}}]}, 400, "not formatted correctly for base64 data"),
        (PREDICT, {"instances": ["plain text"]}, 400, "the bytes are not a JPEG or PNG image"),
        (PREDICT, {"instances": [R, b64(encode(RED)[:-30])]}, 400, "image 1: the image is truncated or damaged"),
        (PREDICT, {"instances": [R] * 5}, 413, "5 images, more than 4"),
        (CLASSIFY, {}, 400, "key 'examples' is expected and was not found"),
        (CLASSIFY, {"examples": 1}, 400, "Expecting 'examples' value to be an list/array"),
        (CLASSIFY, {"examples": []}, 400, "'examples' value is an empty array"),
        (CLASSIFY, {"examples": [1]}, 400, "Example must be JSON object but got JSON Number"),
        (CLASSIFY, {"examples": [{"x": R}]}, 400, "needs the feature image_bytes or image"),
        (CLASSIFY, {"examples": [{"image": [R, R]}]}, 400, "Feature: image has 2 values"),
        ("/v1/models/colours:regress", {}, 400, "Expected regression signature"),
        ("/v1/models/shapes:predict", {}, 404, "Servable not found for request: Latest(shapes)"),
        ("/v1/models/colours/versions/9:predict", {}, 404, "Servable not found for request: Specific(colours, 9)"),
        ("/v1/models/colours/versions/3:predict", {}, 404, "Servable not found for request: Specific(colours, 3)"),
        ("/v1/models/colours/labels/x:predict", {}, 400, "Unrecognized servable version label: x"),
        ("/v1/models/colours/versions/99999999999999999999:predict", {}, 400, "Failed to convert version"),
        ("/v1/models/colours/versions/" + "9" * 5000 + ":predict", {}, 400, "Failed to convert version: 9999999"),
        ("/v1/models/colours:explain", {}, 400, "Malformed request: POST /v1/models/colours:explain"),
        ("/v1/models/colours", {}, 400, "Malformed request: POST /v1/models/colours"),
        ("/v1/models/colours/versions/x:predict", {}, 400, "Malformed request: POST"),
    ],
)
def test_errors_have_their_status_and_the_one_shape(
    colours: ColourServer, path: str, body: Any, status: int, message: str
) -> None:
    reply = post(colours, path, body)

    assert list(reply.json()) == ["error"]
    assert message in reply.json()["error"]
    assert reply.status == status


def test_status_lists_versions_newest_first_with_what_went_wrong(colours: ColourServer) -> None:
    newest, *others = get(colours, "/v1/models/colours").json()["model_version_status"]

    fine = {"error_code": "OK", "error_message": ""}
    assert others == [{"version": version, "state": "AVAILABLE", "status": fine} for version in ("2", "1")]
    assert (newest["version"], newest["state"]) == ("3", "END")
    assert newest["status"]["error_code"] == "FAILED_PRECONDITION"
    assert "no probabilities of 3 classes" in newest["status"]["error_message"]


@pytest.mark.parametrize(
    ("path", "version"), [("/versions/1", "1"), ("/labels/stable", "1"), ("/labels/champion", "2")]
)
def test_status_of_one_version(colours: ColourServer, path: str, version: str) -> None:
    (status,) = get(colours, f"/v1/models/colours{path}").json()["model_version_status"]

    assert status["version"] == version


def test_metadata_describes_the_signature(colours: ColourServer) -> None:
    metadata = get(colours, "/v1/models/colours/versions/1/metadata").json()

    assert metadata["model_spec"] == {"name": "colours", "signature_name": "", "version": "1"}
    signature = metadata["metadata"]["signature_def"]["signature_def"]["serving_default"]
    assert signature["inputs"]["image_bytes"]["dtype"] == "DT_STRING"
    assert signature["inputs"]["image_bytes"]["tensor_shape"]["dim"] == [{"size": "-1", "name": ""}]
    assert signature["outputs"]["probabilities"]["tensor_shape"]["dim"][1]["size"] == "3"
    assert signature["method_name"] == "tensorflow/serving/predict"


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/v1/models", 400, "Missing model name in request."),
        ("GET", "/v1/models/shapes", 404, "Could not find any versions of model shapes"),
        ("GET", "/v1/models/colours/versions/9", 404, "Could not find version 9 of model colours"),
        ("GET", "/v1/models/colours/labels/x", 400, "Unrecognized servable version label: x"),
        ("GET", "/v1/models/shapes/metadata", 404, "Servable not found for request: Latest(shapes)"),
        ("GET", PREDICT, 400, "Malformed request: GET"),
        ("GET", "/v1/other", 400, "Malformed request: GET /v1/other"),
        ("DELETE", "/v1/models/colours", 400, "Malformed request: DELETE"),
    ],
)
def test_errors_of_looking(colours: ColourServer, method: str, path: str, status: int, message: str) -> None:
    reply = call(colours.app, method, path)

    assert reply.status == status
    assert message in reply.json()["error"]

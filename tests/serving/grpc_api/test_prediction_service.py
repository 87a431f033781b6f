"""Every method, form and error of TensorFlow Serving's PredictionService, with the code that it must have."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from tiny_bundles import BLUE, GREEN, RED, encode, expected

from serving.grpc_api.tensorflow_messages import (
    ClassificationRequest,
    ClassificationResponse,
    GetModelMetadataRequest,
    GetModelMetadataResponse,
    PredictRequest,
    PredictResponse,
    SignatureDefMap,
)

Fill = Callable[..., None]
PREDICT = "/tensorflow.serving.PredictionService/Predict"
CLASSIFY = "/tensorflow.serving.PredictionService/Classify"
METADATA = "/tensorflow.serving.PredictionService/GetModelMetadata"
CODES = grpc.StatusCode


def predict_request(fill: Fill, *images: bytes, **spec: Any) -> Any:
    request = PredictRequest(model_spec={"name": "colours", **spec})
    fill(request.inputs, "image_bytes", images)
    return request


def classify_request(*features: dict[str, list[bytes]], context: dict[str, list[bytes]] | None = None) -> Any:
    request = ClassificationRequest(model_spec={"name": "colours"})
    kind = request.input.example_list if context is None else request.input.example_list_with_context
    kind.SetInParent()
    examples = [(kind.examples.add(), each) for each in features]
    if context is not None:
        examples.append((kind.context, context))
    for example, each in examples:
        for name, values in each.items():
            example.features.feature[name].bytes_list.value.extend(values)
    return request


def test_predict_answers_every_output_and_the_version(server: Any, fill: Fill) -> None:
    answer = server.ask(PREDICT, predict_request(fill, encode(GREEN), encode(RED)), PredictResponse)

    assert answer.model_spec.name == "colours"
    assert answer.model_spec.version.value == 2
    assert answer.model_spec.signature_name == "serving_default"
    assert set(answer.outputs) == {"probabilities", "label", "score"}
    probabilities = answer.outputs["probabilities"]
    assert (probabilities.dtype, [dim.size for dim in probabilities.tensor_shape.dim]) == (1, [2, 3])
    assert list(probabilities.float_val) == pytest.approx(
        [*expected(GREEN, sharpness=5), *expected(RED, sharpness=5)], abs=1e-6
    )
    assert list(answer.outputs["label"].string_val) == [b"green", b"red"]
    assert list(answer.outputs["score"].float_val) == pytest.approx([max(expected(RED, sharpness=5))] * 2)


@pytest.mark.parametrize(
    ("spec", "version"),
    [
        ({"version": {"value": 1}}, 1),
        ({"version_label": "canary"}, 1),
        ({"version_label": "champion"}, 2),
        ({"signature_name": "serving_default"}, 2),
    ],
)
def test_a_version_is_chosen_by_number_or_label(server: Any, fill: Fill, spec: Any, version: int) -> None:
    answer = server.ask(PREDICT, predict_request(fill, encode(BLUE), **spec), PredictResponse)

    assert answer.model_spec.version.value == version


def test_one_value_stands_for_all_elements(server: Any, fill: Fill) -> None:
    request = predict_request(fill, encode(BLUE))
    request.inputs["image_bytes"].tensor_shape.dim[0].size = 3

    answer = server.ask(PREDICT, request, PredictResponse)

    assert list(answer.outputs["label"].string_val) == [b"blue"] * 3


def test_a_filter_chooses_outputs(server: Any, fill: Fill) -> None:
    request = predict_request(fill, encode(BLUE))
    request.output_filter.extend(["score"])

    assert list(server.ask(PREDICT, request, PredictResponse).outputs) == ["score"]


@pytest.mark.parametrize(
    ("spec", "images", "refusal"),
    [
        ({"name": "shapes"}, [b""], (CODES.NOT_FOUND, "Servable not found for request: Latest(shapes)")),
        ({"version": {"value": 7}}, [b""], (CODES.NOT_FOUND, "Servable not found for request: Specific(colours, 7)")),
        ({"version": {"value": -1}}, [b""], (CODES.NOT_FOUND, "Specific(colours, -1)")),
        ({"version_label": "old"}, [b""], (CODES.INVALID_ARGUMENT, "Unrecognized servable version label: old")),
        ({"signature_name": "other"}, [b""], (CODES.FAILED_PRECONDITION, 'Serving signature key "other" not found.')),
        ({"name": ""}, [b""], (CODES.INVALID_ARGUMENT, "ModelSpec has no name specified.")),
        ({}, [], (CODES.INVALID_ARGUMENT, "holds no image")),
        ({}, [b"words"], (CODES.INVALID_ARGUMENT, "not a JPEG or PNG")),
        ({}, [encode(RED), b"words"], (CODES.INVALID_ARGUMENT, "image 1: ")),
        ({}, [encode(RED, width=101, height=100)], (CODES.INVALID_ARGUMENT, "101 x 100 pixels")),
        ({}, [encode(RED)] * 11, (CODES.INVALID_ARGUMENT, "11 images, more than 10")),
    ],
)
def test_predict_refuses(server: Any, fill: Fill, spec: Any, images: list[bytes], refusal: tuple[Any, str]) -> None:
    code, text = server.refuse(PREDICT, predict_request(fill, *images, **spec))

    assert code == refusal[0]
    assert refusal[1] in text


def test_predict_without_model_spec_is_refused(server: Any) -> None:
    assert server.refuse(PREDICT, PredictRequest()) == (CODES.INVALID_ARGUMENT, "Missing ModelSpec")


@pytest.mark.parametrize(
    ("outputs", "text"),
    [
        (["logits"], "alias not found in signature: logits Outputs expected to be in the set {label,probabilities"),
        (["score", "score"], "duplicate output tensor alias in {score,score}"),
    ],
)
def test_outputs_that_the_signature_has_not_are_refused(server: Any, fill: Fill, outputs: list[str], text: str) -> None:
    request = predict_request(fill, encode(RED))
    request.output_filter.extend(outputs)

    found_code, found_text = server.refuse(PREDICT, request)

    assert (found_code, text in found_text) == (CODES.INVALID_ARGUMENT, True)


@pytest.mark.parametrize("names", [[], ["pixels"], ["image_bytes", "key"]])
def test_other_inputs_than_the_signatures_are_refused(server: Any, fill: Fill, names: list[str]) -> None:
    request = PredictRequest(model_spec={"name": "colours"})
    for name in names:
        fill(request.inputs, name, [encode(RED)])

    code, text = server.refuse(PREDICT, request)

    assert code == CODES.INVALID_ARGUMENT
    assert "input size does not match signature" in text


def test_classify_answers_classes_in_their_order(server: Any) -> None:
    request = classify_request({"image_bytes": [encode(GREEN)]}, {"image": [encode(RED)]})

    answer = server.ask(CLASSIFY, request, ClassificationResponse)

    assert answer.model_spec.version.value == 2
    first, second = answer.result.classifications
    assert [each.label for each in first.classes] == ["red", "green", "blue"]
    assert [each.score for each in first.classes] == pytest.approx(expected(GREEN, sharpness=5), abs=1e-6)
    assert [each.score for each in second.classes] == pytest.approx(expected(RED, sharpness=5), abs=1e-6)


def test_a_context_holds_for_examples_without_an_image_of_their_own(server: Any) -> None:
    request = classify_request({}, {"image": [encode(RED)]}, context={"image_bytes": [encode(BLUE)]})

    first, second = server.ask(CLASSIFY, request, ClassificationResponse).result.classifications

    assert max(first.classes, key=lambda each: each.score).label == "blue"
    assert max(second.classes, key=lambda each: each.score).label == "red"


@pytest.mark.parametrize(
    ("request_message", "text"),
    [
        (ClassificationRequest(), "Missing ModelSpec"),
        (ClassificationRequest(model_spec={"name": "colours"}), "Input is empty"),
        (classify_request(), "holds no image"),
        (classify_request({}), "needs the feature image_bytes or image"),
        (classify_request({"image": []}), "has 0 values"),
        (classify_request({"image": [b"a", b"b"]}), "has 2 values"),
        (classify_request(*[{"image": [b""]}] * 11), "11 images, more than 10"),
    ],
)
def test_classify_refuses(server: Any, request_message: Any, text: str) -> None:
    found_code, found_text = server.refuse(CLASSIFY, request_message)

    assert (found_code, text in found_text) == (CODES.INVALID_ARGUMENT, True)


def test_metadata_is_the_signature(server: Any) -> None:
    request = GetModelMetadataRequest(
        model_spec={"name": "colours", "version": {"value": 1}}, metadata_field=["signature_def"]
    )

    answer = server.ask(METADATA, request, GetModelMetadataResponse)

    assert answer.model_spec.version.value == 1
    packed = answer.metadata["signature_def"]
    assert packed.type_url == "type.googleapis.com/tensorflow.serving.SignatureDefMap"
    signature = SignatureDefMap.FromString(packed.value).signature_def["serving_default"]
    assert signature.method_name == "tensorflow/serving/predict"
    assert signature.inputs["image_bytes"].dtype == 7
    assert [dim.size for dim in signature.outputs["probabilities"].tensor_shape.dim] == [-1, 3]


@pytest.mark.parametrize(
    ("name", "fields", "code", "text"),
    [
        ("colours", [], CODES.INVALID_ARGUMENT, "must specify at least one metadata_field"),
        ("colours", ["lineage"], CODES.INVALID_ARGUMENT, "Metadata field lineage is not supported"),
        ("shapes", ["signature_def"], CODES.NOT_FOUND, "Latest(shapes)"),
    ],
)
def test_metadata_refuses(server: Any, name: str, fields: list[str], code: Any, text: str) -> None:
    request = GetModelMetadataRequest(model_spec={"name": name}, metadata_field=fields)

    found_code, found_text = server.refuse(METADATA, request)

    assert (found_code, text in found_text) == (code, True)


@pytest.mark.parametrize("method", ["PredictionService/Regress", "PredictionService/MultiInference"])
def test_methods_for_other_models_are_not_implemented(server: Any, method: str) -> None:
    assert server.refuse(f"/tensorflow.serving.{method}", b"")[0] == CODES.UNIMPLEMENTED

"""Responses of TensorFlow Serving's PredictionService."""

from collections.abc import Collection
from typing import Any

from serving.grpc_api.model_spec import write_model
from serving.grpc_api.tensorflow_messages import (
    DT_FLOAT,
    DT_STRING,
    DTYPES,
    ClassificationResponse,
    GetModelMetadataResponse,
    PredictResponse,
    SignatureDefMap,
)
from serving.manifest import Signature, TensorSpec
from serving.prediction import Prediction
from serving.tf_rest.predict_form import SIGNATURE
from serving.versions.registry import LoadedVersion

SIGNATURE_FIELD = "signature_def"
"""The only metadata that TensorFlow Serving offers."""


def to_predict_response(prediction: Prediction, outputs: Collection[str]) -> Any:
    """Return the named outputs; numbers as `float_val`, which every client reads."""
    response = PredictResponse()
    write_model(response.model_spec, prediction.version, signature=SIGNATURE)
    images = len(prediction.probabilities_NK)
    best = [prediction.label_of(image) for image in range(images)]
    if "probabilities" in outputs:
        tensor = _add_tensor(response, "probabilities", DT_FLOAT, images, len(prediction.version.manifest.class_names))
        for probabilities_K in prediction.probabilities_NK:
            tensor.float_val.extend(probabilities_K.tolist())
    if "label" in outputs:
        _add_tensor(response, "label", DT_STRING, images).string_val.extend(label.encode() for label, _ in best)
    if "score" in outputs:
        _add_tensor(response, "score", DT_FLOAT, images).float_val.extend(score for _, score in best)
    return response


def _add_tensor(response: Any, name: str, dtype: int, *sizes: int) -> Any:
    tensor = response.outputs[name]
    tensor.dtype = dtype
    for size in sizes:
        tensor.tensor_shape.dim.add(size=size)
    return tensor


def to_classification_response(prediction: Prediction) -> Any:
    """Return class and score for each image, in the order of the classes."""
    response = ClassificationResponse()
    write_model(response.model_spec, prediction.version, signature=SIGNATURE)
    for probabilities_K in prediction.probabilities_NK:
        classes = response.result.classifications.add().classes
        for label, score in zip(prediction.version.manifest.class_names, probabilities_K.tolist(), strict=True):
            classes.add(label=label, score=score)
    return response


def to_metadata_response(version: LoadedVersion) -> Any:
    """Return the signature that requests can use."""
    response = GetModelMetadataResponse()
    write_model(response.model_spec, version)
    signatures = SignatureDefMap()
    _describe(signatures.signature_def[SIGNATURE], version.manifest.signatures.saved_model[SIGNATURE])
    response.metadata[SIGNATURE_FIELD].Pack(signatures)
    return response


def _describe(described: Any, signature: Signature) -> None:
    described.method_name = "tensorflow/serving/predict"
    for name, spec in signature.inputs.items():
        _describe_tensor(described.inputs[name], name, spec)
    for name, spec in signature.outputs.items():
        _describe_tensor(described.outputs[name], name, spec)


def _describe_tensor(described: Any, name: str, spec: TensorSpec) -> None:
    described.name, described.dtype = f"{name}:0", DTYPES[spec.dtype]
    for size in spec.shape:
        described.tensor_shape.dim.add(size=-1 if size is None else size)

"""Responses of TensorFlow Serving's REST interface."""

from typing import Any

from serving.manifest import Signature, TensorSpec
from serving.prediction import Prediction
from serving.tf_rest.predict_form import SIGNATURE
from serving.versions.registry import LoadedVersion
from serving.versions.states import VersionStatus

DTYPES = {"string": "DT_STRING", "float32": "DT_FLOAT", "int64": "DT_INT64", "uint8": "DT_UINT8"}


def to_rows(prediction: Prediction) -> dict[str, Any]:
    """Return an object with every output for each image."""
    rows = []
    for image, probabilities_K in enumerate(prediction.probabilities_NK):
        rows.append({"probabilities": probabilities_K, **_best(prediction, image)})
    return {"predictions": rows}


def to_columns(prediction: Prediction) -> dict[str, Any]:
    """Return every output as one list over all images."""
    best = [_best(prediction, image) for image in range(len(prediction.probabilities_NK))]
    return {
        "outputs": {
            "probabilities": list(prediction.probabilities_NK),
            "label": [each["label"] for each in best],
            "score": [each["score"] for each in best],
        }
    }


def _best(prediction: Prediction, image: int) -> dict[str, Any]:
    probabilities_K = prediction.probabilities_NK[image]
    best = probabilities_K.argmax()
    # The element and not a float of it: float32 is written in fewer digits.
    return {"label": prediction.version.manifest.class_names[best], "score": probabilities_K[best]}


def to_classes(prediction: Prediction) -> dict[str, Any]:
    """Return pairs of class and score for each image, in the order of the classes."""
    names = prediction.version.manifest.class_names
    return {
        "results": [
            [[name, score] for name, score in zip(names, probabilities_K, strict=True)]
            for probabilities_K in prediction.probabilities_NK
        ]
    }


def to_status(statuses: list[VersionStatus]) -> dict[str, Any]:
    """Return the states of versions; as in protobuf's JSON, a version is a string."""
    return {
        "model_version_status": [
            {
                "version": str(status.number),
                "state": status.state.value,
                "status": {
                    "error_code": "FAILED_PRECONDITION" if status.error else "OK",
                    "error_message": status.error,
                },
            }
            for status in statuses
        ]
    }


def to_metadata(version: LoadedVersion) -> dict[str, Any]:
    """Return the signature that requests can use."""
    signature = version.manifest.signatures.saved_model[SIGNATURE]
    return {
        "model_spec": {"name": version.model, "signature_name": "", "version": str(version.number)},
        "metadata": {"signature_def": {"signature_def": {SIGNATURE: _describe(signature)}}},
    }


def _describe(signature: Signature) -> dict[str, Any]:
    return {
        "inputs": {name: _describe_tensor(name, spec) for name, spec in signature.inputs.items()},
        "outputs": {name: _describe_tensor(name, spec) for name, spec in signature.outputs.items()},
        "method_name": "tensorflow/serving/predict",
        "defaults": {},
    }


def _describe_tensor(name: str, spec: TensorSpec) -> dict[str, Any]:
    sizes = [{"size": str(-1 if size is None else size), "name": ""} for size in spec.shape]
    return {
        "dtype": DTYPES[spec.dtype],
        "tensor_shape": {"dim": sizes, "unknown_rank": False},
        "name": f"{name}:0",
    }

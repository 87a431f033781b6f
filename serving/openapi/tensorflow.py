"""`/v1`: TensorFlow Serving's REST interface."""

from serving.openapi import examples
from serving.openapi.operation import ANY, MODEL, PREDICTION, Json, json_content, operation

_MODELS = (
    "/v1/models/{model}",
    "/v1/models/{model}/versions/{version}",
    "/v1/models/{model}/labels/{label}",
)


def describe_tensorflow() -> Json:
    """Return the paths."""
    paths: Json = {}
    for model in _MODELS:
        paths[model] = {"get": _look(model, "States of the versions, the newest first", "Status")}
        paths[f"{model}/metadata"] = {"get": _look(f"{model}/metadata", "The signature of a version", "Metadata")}
        paths[f"{model}:predict"] = {"post": _predict(f"{model}:predict")}
        paths[f"{model}:classify"] = {"post": _classify(f"{model}:classify")}
        paths[f"{model}:regress"] = {"post": _regress(f"{model}:regress")}
    return paths


def _look(path: str, summary: str, schema: str) -> Json:
    return operation(path, "tensorflow", summary, answer=json_content(schema), errors=MODEL)


def _predict(path: str) -> Json:
    return operation(
        path,
        "tensorflow",
        "Classify images given as rows or columns; the Content-Type is not looked at",
        answer=json_content("Predictions"),
        errors=PREDICTION,
        body=json_content("Predict", **examples.PREDICT),
    )


def _classify(path: str) -> Json:
    return operation(
        path,
        "tensorflow",
        "Classify images given as examples; the Content-Type is not looked at",
        answer=json_content("Classifications"),
        errors=PREDICTION,
        body=json_content("Classify", **examples.CLASSIFY),
    )


def _regress(path: str) -> Json:
    return operation(
        path, "tensorflow", "Always refused: a classifier has no regression signature", answer=None, errors=ANY
    )

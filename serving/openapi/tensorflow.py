"""`/v1`: TensorFlow Serving's REST interface."""

from serving.openapi import examples
from serving.openapi.operation import ANY, MODEL, PREDICTION, Json, json_content, operation

_MODELS = (
    "/v1/models/{model}",
    "/v1/models/{model}/versions/{version}",
    "/v1/models/{model}/labels/{label}",
)
_PREDICT: Json = {
    "form": "rows or columns",
    "body": json_content("Predict", **examples.PREDICT),
    "answer": "Predictions",
}
_CLASSIFY: Json = {
    "form": "examples",
    "body": json_content("Classify", **examples.CLASSIFY),
    "answer": "Classifications",
}


def describe_tensorflow() -> Json:
    """Return the paths."""
    paths: Json = {}
    for model in _MODELS:
        paths[model] = {"get": _look(model, "States of the versions, the newest first", "Status")}
        paths[f"{model}/metadata"] = {"get": _look(f"{model}/metadata", "The signature of a version", "Metadata")}
        paths[f"{model}:predict"] = {"post": _classification(f"{model}:predict", **_PREDICT)}
        paths[f"{model}:classify"] = {"post": _classification(f"{model}:classify", **_CLASSIFY)}
        paths[f"{model}:regress"] = {"post": _regress(f"{model}:regress")}
    return paths


def _look(path: str, summary: str, schema: str) -> Json:
    return operation(path, "tensorflow", summary, answer=json_content(schema), errors=MODEL)


def _classification(path: str, *, form: str, body: Json, answer: str) -> Json:
    summary = f"Classify images given as {form}; the Content-Type is not looked at"
    return operation(path, "tensorflow", summary, answer=json_content(answer), errors=PREDICTION, body=body)


def _regress(path: str) -> Json:
    return operation(
        path, "tensorflow", "Always refused: a classifier has no regression signature", answer=None, errors=ANY
    )

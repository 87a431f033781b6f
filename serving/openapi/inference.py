"""`/v2`: the Open Inference Protocol."""

from serving.openapi import examples
from serving.openapi.operation import ANY, MODEL, PREDICTION, Json, json_content, looking, operation

_MODELS = ("/v2/models/{model}", "/v2/models/{model}/versions/{version}")
_HEADER_LENGTH = "Inference-Header-Content-Length"
_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_TAG = "inference"


def describe_inference() -> Json:
    """Return the paths."""
    paths: Json = {
        "/v2": looking("/v2", _TAG, "Name, version and extensions", answer=json_content("Server"), errors=ANY),
        "/v2/health/live": looking("/v2/health/live", _TAG, "The server runs", answer={}, errors=ANY),
        "/v2/health/ready": looking("/v2/health/ready", _TAG, "The server can be used", answer={}, errors=ANY),
    }
    for model in _MODELS:
        paths[model] = looking(model, _TAG, "Versions, inputs and outputs", answer=json_content("Model"), errors=MODEL)
        ready = f"{model}/ready"
        paths[ready] = looking(ready, _TAG, "The model can be used", answer={}, errors=MODEL)
        paths[f"{model}/infer"] = {"post": _infer(f"{model}/infer")}
    return paths


def _infer(path: str) -> Json:
    length = {"schema": {"type": "integer", "minimum": 0}}
    return operation(
        path,
        _TAG,
        "Classify encoded images or pixels",
        answer={**json_content("InferAnswer"), **_BINARY},
        headers={_HEADER_LENGTH.lower(): {"description": "Bytes of JSON, where raw outputs follow", **length}},
        errors=PREDICTION,
        parameters=[
            {
                "name": _HEADER_LENGTH,
                "in": "header",
                "description": "Bytes of JSON, where raw inputs follow; needed when the body is not JSON alone",
                **length,
            }
        ],
        body={**json_content("Infer", **examples.INFER), **_BINARY},
    )

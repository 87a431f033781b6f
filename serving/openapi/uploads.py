"""`/predict`: image files as they are."""

from serving.openapi.operation import PREDICTION, Json, json_content, operation

_PATHS = (
    "/predict",
    "/predict/{model}",
    "/predict/{model}/versions/{version}",
    "/predict/{model}/labels/{label}",
)
_TOP = {
    "name": "top",
    "in": "query",
    "description": "How many classes to name, the most probable first",
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999, "default": 5},
}


def describe_uploads() -> Json:
    """Return the paths; the first is for servers of one model."""
    return {path: {"post": _describe(path)} for path in _PATHS}


def _describe(path: str) -> Json:
    file = {"schema": {"type": "string", "format": "binary"}}
    return operation(
        path,
        "uploads",
        "Classify an image file, or each file of a form",
        answer=json_content("Upload"),
        errors=PREDICTION,
        parameters=[_TOP],
        body={
            "image/jpeg": file,
            "image/png": file,
            "application/octet-stream": file,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "description": "Fields of any name; those with a file name are images",
                    "additionalProperties": {"type": "string", "format": "binary"},
                    "minProperties": 1,
                }
            },
        },
    )

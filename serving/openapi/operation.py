"""One operation: a method of a path, its parameters and every answer that it can have."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from serving.web.token_gate import OPEN_PATHS, OPEN_WORDS

Json = dict[str, Any]

ANY = (400, 408, 413, 431, 500, 503)
"""Whatever is asked for may be no HTTP, come too slowly, be too large, meet a fault, or one connection too many."""
MODEL = (*ANY, 404)
"""Where a model is named, it may be absent."""
PREDICTION = (*MODEL, 429, 504)
"""A model may be busy, or late."""

_UNAUTHENTICATED = 401
_ERRORS = {
    400: "Not the protocol, an unknown label, or an image that cannot be used",
    401: "The server asks for a token, and there is none or a wrong one",
    404: "There is no such model, version or path",
    408: "The request did not arrive in time",
    413: "The body, or the number of images, is over the limit",
    429: "The queue is full; the same request may succeed later",
    431: "The headers are too large",
    500: "The server or the model failed; the log has the reason",
    503: "Starting, draining, or more connections than the limit",
    504: "The answer would have come too late",
}
_REQUEST_ID = {"x-request-id": {"$ref": "#/components/headers/RequestId"}}
_RETRY = {"retry-after": {"$ref": "#/components/headers/RetryAfter"}}
_RETRYABLE = (429, 503)
_PARAMETERS: dict[str, Json] = {
    "model": {"schema": {"type": "string", "pattern": "^[^/:]+$"}, "description": "Name of a model"},
    "version": {
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
        "description": "Number of a version",
    },
    "label": {
        "schema": {"type": "string", "pattern": "^[^/:]+$"},
        "description": "Label of a version, like `champion`",
    },
}


def ref(schema: str) -> Json:
    """Return a reference to one of the schemas."""
    return {"$ref": f"#/components/schemas/{schema}"}


def json_content(schema: str, **examples: Any) -> Json:
    """Return content that is JSON of a schema, with examples by name."""
    content: Json = {"schema": ref(schema)}
    if examples:
        content["examples"] = {name: {"value": value} for name, value in examples.items()}
    return {"application/json": content}


def operation(
    path: str,
    tag: str,
    summary: str,
    *,
    answer: Json | None,
    errors: Sequence[int],
    headers: Mapping[str, Json] | None = None,
    parameters: Sequence[Json] = (),
    body: Json | None = None,
) -> Json:
    """Describe a method of a path.

    Args:
        path: With its parameters in braces.
        tag: Group of the operation.
        summary: What it does.
        answer: Content of the answer 200 by media type, empty for an empty body; None where there is no such answer.
        errors: Statuses of the errors that there may be.
        headers: Of the answer 200, beside the request's id.
        parameters: Of the query and the headers.
        body: Content of the body by media type.
    """
    responses = {} if answer is None else {"200": _describe_answer(answer, headers or {})}
    responses |= {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in _with_token_errors(path, errors)
    }
    named = [{"$ref": f"#/components/parameters/{name}"} for name in re.findall(r"{(\w+)}", path)]
    described: Json = {"tags": [tag], "summary": summary, "responses": responses}
    if named or parameters:
        described["parameters"] = [*named, *parameters]
    if body is not None:
        described["requestBody"] = {"required": True, "content": body}
    return described


def looking(path: str, tag: str, summary: str, *, answer: Json, errors: Sequence[int]) -> Json:
    """Describe GET and HEAD of a path, which differ by the body."""
    get = operation(path, tag, summary, answer=answer, errors=errors)
    head = operation(path, tag, summary, answer={}, errors=())
    head["responses"] |= {
        str(status): {"description": _ERRORS[status], "headers": _error_headers(status)}
        for status in _with_token_errors(path, errors)
    }
    return {"get": get, "head": head}


def _with_token_errors(path: str, errors: Sequence[int]) -> list[int]:
    is_open = path.split("/")[1] in OPEN_WORDS or path in OPEN_PATHS
    return sorted(errors if is_open or not errors else {*errors, _UNAUTHENTICATED})


def _describe_answer(content: Json, headers: Mapping[str, Json]) -> Json:
    described: Json = {"description": "The answer", "headers": {**_REQUEST_ID, **headers}}
    return {**described, "content": content} if content else described


def _error_headers(status: int) -> Json:
    if status == _UNAUTHENTICATED:
        return {"www-authenticate": {"schema": {"type": "string"}}}
    return _RETRY if status in _RETRYABLE else {}


def _describe_error(status: int) -> Json:
    return {"description": _ERRORS[status], "headers": _error_headers(status), "content": json_content("Error")}


COMPONENTS: Json = {
    "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    "parameters": {
        name: {"name": name, "in": "path", "required": True, **described} for name, described in _PARAMETERS.items()
    },
    "headers": {
        "RequestId": {
            "description": "The caller's `X-Request-Id` when it is harmless, or a new one",
            "required": True,
            "schema": {"type": "string", "maxLength": 128},
        },
        "RetryAfter": {"description": "Seconds to wait before trying again", "schema": {"type": "integer"}},
    },
    "responses": {str(status): _describe_error(status) for status in _ERRORS},
}
"""What the operations refer to, but for the schemas."""

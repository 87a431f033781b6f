"""Splits a body into its JSON and the raw bytes of each binary tensor behind it."""

from dataclasses import dataclass
from typing import Any

import orjson

from serving.errors import InvalidRequestError


@dataclass(frozen=True)
class InferBody:
    """A request before its tensors are read.

    Attributes:
        header: The JSON object.
        inputs: Its inputs.
        raw: For each input its raw bytes, or None when its data is in the JSON.
    """

    header: dict[str, Any]
    inputs: list[dict[str, Any]]
    raw: list[bytes | None]


def parse_body(body: bytes, *, header_length: bytes | None) -> InferBody:
    """Read a body.

    Args:
        body: JSON, and behind it the binary tensors in the order of the inputs.
        header_length: Value of `Inference-Header-Content-Length`, the length of the JSON; None when it is all.

    Raises:
        InvalidRequestError: No JSON object with inputs, or sizes that do not add up to the body.
    """
    end = _parse_length(header_length, body)
    try:
        header = orjson.loads(body[:end])
    except orjson.JSONDecodeError as error:
        raise InvalidRequestError(f"The JSON does not parse: {error.msg} at byte {error.pos}") from None
    inputs = header.get("inputs") if isinstance(header, dict) else None
    if not isinstance(inputs, list) or not all(isinstance(each, dict) for each in inputs):
        raise InvalidRequestError("The JSON must be an object whose inputs are a list of objects")
    raw: list[bytes | None] = []
    position = end
    for tensor in inputs:
        size = parameters_of(tensor).get("binary_data_size")
        if size is None:
            raw.append(None)
            continue
        if type(size) is not int or size < 0 or "data" in tensor:
            raise InvalidRequestError("An input has binary_data_size, a whole number from 0 on, or data, and not both")
        raw.append(body[position : position + size])
        position += size
    if position != len(body):
        raise InvalidRequestError(f"The JSON and the binary tensors have {position} bytes, but the body {len(body)}")
    return InferBody(header, inputs, raw)


def parameters_of(part: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a request, an input or an output."""
    parameters = part.get("parameters", {})
    if not isinstance(parameters, dict):
        raise InvalidRequestError("parameters must be an object")
    return parameters


def _parse_length(text: bytes | None, body: bytes) -> int:
    if text is None:
        return len(body)
    if not text.isdigit() or len(text) > len(str(len(body))) or int(text) > len(body):
        raise InvalidRequestError(f"Inference-Header-Content-Length is no length within the body of {len(body)} bytes")
    return int(text)

"""JSON of requests, by TensorFlow Serving's rules and in its words."""

import base64
import binascii
from typing import Any

import orjson

from serving.errors import InvalidRequestError

_SHOWN_LETTERS = 80


def parse_object(body: bytes) -> dict[str, Any]:
    """Read a body that must be a JSON object.

    NaN and Infinity are refused: the only input is a string, for which TensorFlow Serving refuses numbers, too.
    """
    if not body:
        raise InvalidRequestError("JSON Parse error: The document is empty")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidRequestError(f"JSON Parse error: {error.msg} at offset: {error.pos}") from None
    if not isinstance(value, dict):
        raise InvalidRequestError(f"JSON Value: {show(value)} Is not object")
    return value


def is_base64_object(value: Any) -> bool:
    """Tell whether a value is `{"b64": "..."}`."""
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get("b64"), str)


def decode_string(value: Any) -> bytes:
    """Return the bytes of an element of a string tensor: plain text or `{"b64": ...}`."""
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, dict):
        raise InvalidRequestError(f"JSON Value: {show(value)} Type: {name_type(value)} is not of expected type: string")
    if not is_base64_object(value):
        raise InvalidRequestError(f"JSON Value: {show(value)} not formatted correctly for base64 data")
    return _decode_base64(value["b64"])


def _decode_base64(text: str) -> bytes:
    """Decode base64 with or without padding and line breaks, and in no other letters."""
    packed = "".join(text.split()).rstrip("=")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequestError("Unable to base64 decode") from None


def show(value: Any) -> str:
    """Return the beginning of a value's JSON."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # It is nested deeper than orjson writes, though not than it reads.
        return f"{name_type(value)} of many levels"
    return text if len(text) <= _SHOWN_LETTERS else text[:_SHOWN_LETTERS] + "..."


def name_type(value: Any) -> str:
    """Return TensorFlow Serving's word for a JSON type."""
    if value is None or isinstance(value, bool):
        return "Null" if value is None else str(value)
    names = {dict: "Object", list: "Array", str: "String", int: "Number", float: "Number"}
    return names[type(value)]

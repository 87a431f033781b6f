"""Requests of `:predict`: rows (`instances`) or columns (`inputs`) of the one input, encoded images."""

from dataclasses import dataclass
from typing import Any

from serving.errors import InvalidRequestError
from serving.tf_rest.json_values import decode_string, is_base64_object, parse_object, show

INPUT = "image_bytes"
SIGNATURE = "serving_default"


@dataclass(frozen=True)
class PredictRequest:
    """Images in the order of the request; `is_row` tells the form, which the answer has, too."""

    images: list[bytes]
    is_row: bool


def parse_predict(body: bytes) -> PredictRequest:
    """Read the body of `:predict`.

    Raises:
        InvalidRequestError: In TensorFlow Serving's words.
    """
    request = parse_object(body)
    check_signature(request)
    if "instances" in request and "inputs" in request:
        raise InvalidRequestError(
            f"JSON Value: {show(request)} Not formatted correctly expecting only one of 'inputs' or 'instances' "
            "keys to exist "
        )
    if "instances" in request:
        return PredictRequest(_parse_rows(request["instances"]), is_row=True)
    if "inputs" in request:
        return PredictRequest(_parse_columns(request["inputs"]), is_row=False)
    raise InvalidRequestError("Missing 'inputs' or 'instances' key")


def check_signature(request: dict[str, Any]) -> None:
    """Refuse every signature but the default one."""
    name = request.get("signature_name", "")
    if not isinstance(name, str):
        raise InvalidRequestError(
            f"JSON Value: {show(request)} not formatted correctly. 'signature_name' key must be a string value."
        )
    if name not in ("", SIGNATURE):
        raise InvalidRequestError(f'Serving signature name: "{name[:80]}" not found in signature def')


def _parse_rows(rows: Any) -> list[bytes]:
    if not isinstance(rows, list):
        raise InvalidRequestError(f"JSON Value: {show(rows)} Excepting 'instances' to be an list/array")
    if not rows:
        raise InvalidRequestError("JSON Value: [] No values in 'instances' array")
    are_objects = _is_named(rows[0])
    return [_parse_row(row, number, are_objects=are_objects) for number, row in enumerate(rows)]


def _is_named(row: Any) -> bool:
    return isinstance(row, dict) and not is_base64_object(row)


def _parse_row(row: Any, number: int, *, are_objects: bool) -> bytes:
    if _is_named(row) != are_objects:
        expected = "object but got list" if are_objects else "value/list but got object"
        raise InvalidRequestError(f"Expecting {expected} at item {number} of input list")
    where = f"Failed to process element: {number}"
    if are_objects and INPUT not in row:
        key = next(iter(row), "")
        raise InvalidRequestError(
            f"{where} key: {key[:80]} of 'instances' list. Error: JSON object: does not have named input: {key[:80]}"
        )
    if are_objects and len(row) > 1:
        raise InvalidRequestError(f"{where} of 'instances' list. JSON object: {show(row)} must only have keys: {INPUT}")
    try:
        return _parse_element(row[INPUT] if are_objects else row)
    except InvalidRequestError as error:
        key = f" key: {INPUT}" if are_objects else ""
        raise InvalidRequestError(f"{where}{key} of 'instances' list. Error: {error}") from None


def _parse_columns(columns: Any) -> list[bytes]:
    if _is_named(columns):
        if INPUT not in columns:
            raise InvalidRequestError(f"Missing named input: {INPUT} in 'inputs' object.")
        columns = columns[INPUT]
    if not isinstance(columns, list):
        decode_string(columns)
        raise InvalidRequestError(f"The input {INPUT} is a list of images, also when there is only one")
    return [_parse_element(element) for element in columns]


def _parse_element(element: Any) -> bytes:
    if isinstance(element, list):
        raise InvalidRequestError(f'The input {INPUT} has one dimension; an image is a string or {{"b64": ...}}')
    return decode_string(element)

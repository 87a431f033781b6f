"""Requests of `:classify`: a list of examples with one feature, the encoded image."""

from typing import Any

from serving.errors import InvalidRequestError
from serving.tf_rest.json_values import decode_string, name_type, parse_object, show
from serving.tf_rest.predict_form import INPUT, check_signature

_FEATURES = (INPUT, "image")
"""The signature's name of the image, and the training examples'."""


def parse_classify(body: bytes) -> list[bytes]:
    """Read the body of `:classify`; a context holds for all examples and an example's own feature goes first.

    Raises:
        InvalidRequestError: In TensorFlow Serving's words, where it has some.
    """
    request = parse_object(body)
    check_signature(request)
    if "examples" not in request:
        raise InvalidRequestError(
            f"JSON Value: {show(request)} When method is classify, key 'examples' is expected and was not found"
        )
    examples, context = request["examples"], request.get("context", {})
    if not isinstance(examples, list):
        raise InvalidRequestError(f"JSON Value: {show(request)} Expecting 'examples' value to be an list/array")
    if not examples:
        raise InvalidRequestError(f"JSON Value: {show(request)} 'examples' value is an empty array")
    return [_find_image({**_check(context), **_check(example)}) for example in examples]


def _check(example: Any) -> dict[str, Any]:
    if not isinstance(example, dict):
        raise InvalidRequestError(f"Example must be JSON object but got JSON {name_type(example)}")
    return example


def _find_image(example: dict[str, Any]) -> bytes:
    name = next((name for name in _FEATURES if name in example), None)
    if name is None:
        raise InvalidRequestError(f"An example needs the feature {' or '.join(_FEATURES)}: an encoded image")
    value = example[name]
    if isinstance(value, list):
        if len(value) != 1:
            raise InvalidRequestError(f"Feature: {name} has {len(value)} values; an example is one image")
        value = value[0]
    return decode_string(value)

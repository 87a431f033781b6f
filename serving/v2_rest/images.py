"""Reads the images out of the one input: encoded ones, or pixels.

Shape letters: N images, H, W height and width.
"""

import base64
import binascii
import math
from typing import Any

import numpy as np

from serving.backends.base import Image
from serving.errors import InvalidRequestError, TooLargeError
from serving.v2_rest.raw_strings import split_strings
from serving.v2_rest.request_body import InferBody

DATATYPES = {"image_bytes": ("BYTES", "[N]"), "image": ("UINT8", "[N, H, W, 3]")}
"""Name of each input to its datatype and shape."""
_PIXEL_DIMENSIONS, _COLOURS, _MAX_LEVEL = 4, 3, 255


def read_images(body: InferBody, *, max_images: int) -> list[Image]:
    """Return the images of a request.

    Raises:
        InvalidRequestError: Other inputs, or data that does not fit the shape.
        TooLargeError: More images than `max_images`.
    """
    names = [str(tensor.get("name")) for tensor in body.inputs]
    if len(names) != 1 or names[0] not in DATATYPES:
        raise InvalidRequestError("The one input is image_bytes, BYTES [N], or image, UINT8 [N, H, W, 3]")
    (tensor,), (raw,) = body.inputs, body.raw
    name, shape = names[0], _check_form(tensor)
    if shape[0] > max_images:
        raise TooLargeError(f"The request holds {shape[0]} images, more than {max_images}; send fewer")
    if name == "image":
        levels = _read_levels(tensor) if raw is None else np.frombuffer(raw, np.uint8)
        _check_count(name, len(levels), shape)
        return list(levels.reshape(shape))
    images = _read_strings(tensor) if raw is None else split_strings(raw, most=shape[0] + 1)
    _check_count(name, len(images), shape)
    return list(images)


def _check_form(tensor: dict[str, Any]) -> list[int]:
    """Return the shape when it and the datatype are the input's."""
    name, shape = tensor["name"], tensor.get("shape")
    datatype, wanted = DATATYPES[name]
    sizes = shape if isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape) else []
    if name == "image":
        fits = len(sizes) == _PIXEL_DIMENSIONS and sizes[-1] == _COLOURS and 0 not in sizes[1:]
    else:
        fits = len(sizes) == 1
    if tensor.get("datatype") != datatype or not fits:
        raise InvalidRequestError(f"The input {name} must have the datatype {datatype} and the shape {wanted}")
    return sizes


def _read_levels(tensor: dict[str, Any]) -> Any:
    """Return uint8 [count] from flat or nested JSON numbers."""
    try:
        levels = np.array(tensor.get("data"))
    except (ValueError, OverflowError):
        levels = np.array(None)
    if levels.size and (levels.dtype.kind not in "iu" or levels.min() < 0 or levels.max() > _MAX_LEVEL):
        raise InvalidRequestError("The data of image are whole numbers from 0 to 255, flat or nested alike")
    return levels.astype(np.uint8).ravel()


def _read_strings(tensor: dict[str, Any]) -> list[bytes]:
    """Decode base64: an image file is no text, and JSON has nothing else."""
    data = tensor.get("data")
    if not isinstance(data, list) or not all(isinstance(element, str) for element in data):
        raise InvalidRequestError("The data of image_bytes is a list of base64 strings")
    try:
        return [base64.b64decode(element, validate=True) for element in data]
    except (binascii.Error, ValueError):
        raise InvalidRequestError("The data of image_bytes is not base64") from None


def _check_count(name: str, count: int, shape: list[int]) -> None:
    if count != math.prod(shape):
        raise InvalidRequestError(f"The input {name} has {count} elements, but its shape {shape} {math.prod(shape)}")

"""Reads the images out of a ModelInferRequest: encoded ones, or pixels.

Shape letters: N images, H, W height and width, C colours.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from serving.backends.base import Image
from serving.errors import InvalidRequestError
from serving.grpc_api.image_count import check_image_count
from serving.v2_rest.raw_strings import split_strings

ENCODED, PIXELS = "image_bytes", "image"
"""Names of the two inputs: BYTES [N], each a JPEG or PNG, or UINT8 [N, H, W, 3]. A request has one of them."""

_COLOURS = 3
_MAX_LEVEL = 255
_MAX_TYPED_LEVELS = 1 << 20
"""Typed pixels are read one by one, and meanwhile no other request is; raw ones are not read at all."""


def read_images(request: Any, *, most: int) -> list[Image]:
    """Return the images of a request.

    Args:
        request: A ModelInferRequest.
        most: Largest number of images.

    Raises:
        InvalidRequestError: Other inputs, or values that do not fit the shape.
        TooLargeError: More images.
    """
    names = [tensor.name[:80] for tensor in request.inputs]
    if names not in ([ENCODED], [PIXELS]):
        raise InvalidRequestError(f"The one input is {ENCODED} or {PIXELS}, but the request has {names[:10]}")
    tensor, raw = request.inputs[0], _find_raw(request)
    shape = tuple(tensor.shape)
    if min(shape, default=0) < 0:
        raise InvalidRequestError(f"The shape {list(shape)} of the input {tensor.name} has a negative size")
    if tensor.name == ENCODED:
        _check_form(tensor, datatype="BYTES", fits=len(shape) == 1, wanted="[N]")
        check_image_count(shape[0], most=most)
        return list(_read_encoded(tensor, raw, shape[0]))
    fits = len(shape) == len("NHWC") and shape[-1] == _COLOURS and 0 not in shape[1:]
    _check_form(tensor, datatype="UINT8", fits=fits, wanted="[N, H, W, 3]")
    check_image_count(shape[0], most=most)
    return list(_read_pixels(tensor, raw, shape))


def _find_raw(request: Any) -> bytes | None:
    """Return the raw content of the one input; None when its values are in its contents."""
    contents: list[bytes] = list(request.raw_input_contents)
    if not contents:
        return None
    if len(contents) > 1:
        raise InvalidRequestError(f"raw_input_contents has {len(contents)} entries for 1 input")
    if request.inputs[0].HasField("contents"):
        raise InvalidRequestError("The request has raw_input_contents, so its input must have no contents")
    return contents[0]


def _check_form(tensor: Any, *, datatype: str, fits: bool, wanted: str) -> None:
    if tensor.datatype != datatype or not fits:
        raise InvalidRequestError(
            f"The input {tensor.name} is {datatype} {wanted}, but the request has "
            f"{tensor.datatype[:80]} {list(tensor.shape)[:10]}"
        )


def _read_encoded(tensor: Any, raw: bytes | None, images: int) -> list[bytes]:
    if raw is None:
        _check_size(tensor, len(tensor.contents.bytes_contents), images)
        return list(tensor.contents.bytes_contents)
    values = split_strings(raw, most=images + 1)
    _check_size(tensor, len(values), images)
    return values


def _read_pixels(tensor: Any, raw: bytes | None, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """Return uint8 [N, H, W, C]."""
    if raw is not None:
        _check_size(tensor, len(raw), math.prod(shape))
        return np.frombuffer(raw, np.uint8).reshape(shape)
    _check_size(tensor, len(tensor.contents.uint_contents), math.prod(shape))
    if math.prod(shape) > _MAX_TYPED_LEVELS:
        raise InvalidRequestError(f"Send more than {_MAX_TYPED_LEVELS} values in raw_input_contents")
    levels = np.fromiter(tensor.contents.uint_contents, np.uint32)
    if levels.max(initial=0) > _MAX_LEVEL:
        raise InvalidRequestError(f"The input {tensor.name} is UINT8, but holds {levels.max()}")
    return levels.astype(np.uint8).reshape(shape)


def _check_size(tensor: Any, values: int, wanted: int) -> None:
    if values != wanted:
        raise InvalidRequestError(
            f"The input {tensor.name} has {values} values, but its shape {list(tensor.shape)} asks for {wanted}"
        )

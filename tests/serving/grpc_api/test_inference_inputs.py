from typing import Any

import numpy as np
import pytest

from serving.errors import InvalidRequestError, TooLargeError
from serving.grpc_api.inference_inputs import read_images
from serving.grpc_api.inference_messages import ModelInferRequest

PIXELS = bytes(range(12))


def request(name: str, datatype: str, shape: list[int], *raw: bytes, contents: Any = None) -> Any:
    tensor = {"name": name, "datatype": datatype, "shape": shape}
    if contents is not None:
        tensor["contents"] = contents
    return ModelInferRequest(inputs=[tensor], raw_input_contents=raw)


def test_encoded_images_come_raw_or_typed() -> None:
    raw = request("image_bytes", "BYTES", [2], b"\x01\0\0\0a\0\0\0\0")
    typed = request("image_bytes", "BYTES", [2], contents={"bytes_contents": [b"a", b""]})

    assert read_images(raw, most=2) == read_images(typed, most=2) == [b"a", b""]


def test_pixels_come_raw_or_typed() -> None:
    raw = request("image", "UINT8", [1, 2, 2, 3], PIXELS)
    typed = request("image", "UINT8", [1, 2, 2, 3], contents={"uint_contents": PIXELS})

    for each in (raw, typed):
        (pixels_HWC,) = read_images(each, most=1)
        np.testing.assert_array_equal(pixels_HWC, np.arange(12, dtype=np.uint8).reshape(2, 2, 3))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (ModelInferRequest(), r"the request has \[\]"),
        (request("pixels", "UINT8", [1]), r"has \['pixels'\]"),
        (request("image_bytes", "UINT8", [1]), r"is BYTES \[N\], but the request has UINT8 \[1\]"),
        (request("image_bytes", "BYTES", [1, 1]), r"has BYTES \[1, 1\]"),
        (request("image_bytes", "BYTES", []), r"has BYTES \[\]"),
        (request("image_bytes", "BYTES", [-1]), "negative size"),
        (request("image_bytes", "BYTES", [1], b"", b""), "has 2 entries for 1 input"),
        (request("image_bytes", "BYTES", [1], b"\0\0\0\0", contents={}), "must have no contents"),
        (request("image_bytes", "BYTES", [1], b"\x01\0\0\0"), "do not add up to its 4 bytes"),
        (request("image_bytes", "BYTES", [1], b"\x01\0"), "do not add up to its 2 bytes"),
        (request("image_bytes", "BYTES", [1], bytes(4000)), r"has 2 values, but its shape \[1\] asks for 1"),
        (request("image_bytes", "BYTES", [2], bytes(4)), "has 1 values"),
        (request("image_bytes", "BYTES", [1]), "has 0 values"),
        (request("image", "INT8", [1, 2, 2, 3]), r"is UINT8 \[N, H, W, 3\], but the request has INT8"),
        (request("image", "UINT8", [2, 2, 3]), r"has UINT8 \[2, 2, 3\]"),
        (request("image", "UINT8", [1, 2, 2, 4]), r"\[1, 2, 2, 4\]"),
        (request("image", "UINT8", [1, 0, 2, 3]), r"\[1, 0, 2, 3\]"),
        (request("image", "UINT8", [1, 2, 2, 3], PIXELS[:-1]), "has 11 values"),
        (request("image", "UINT8", [1, 2, 2, 3], contents={"uint_contents": [0]}), "has 1 values"),
        (request("image", "UINT8", [1, 1, 1, 3], contents={"uint_contents": [0, 256, 0]}), "UINT8, but holds 256"),
        (request("image", "UINT8", [1, 2**31, 2**31, 3], PIXELS), "has 12 values"),
    ],
)
def test_other_inputs_are_refused(made: Any, message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        read_images(made, most=10)


@pytest.mark.parametrize(
    "made", [request("image_bytes", "BYTES", [10**12]), request("image", "UINT8", [10**12, 1, 1, 3])]
)
def test_too_many_images_are_refused_by_their_shape(made: Any) -> None:
    with pytest.raises(TooLargeError, match="holds 1000000000000 images"):
        read_images(made, most=10)


def test_long_typed_pixels_are_refused_since_reading_them_would_hold_up_others() -> None:
    contents = {"uint_contents": bytes(1024 * 512 * 3)}

    with pytest.raises(InvalidRequestError, match="Send more than 1048576 values in raw_input_contents"):
        read_images(request("image", "UINT8", [1, 1024, 512, 3], contents=contents), most=10)

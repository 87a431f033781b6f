import io

import numpy as np
import pytest
from PIL import Image

from components.image_example_gen.inspection import UnusableImageError
from pipeline.bulk_inference.decoding import decode_image

NOISE = np.random.default_rng(1).integers(0, 256, (20, 20, 3), np.uint8)


def encode(pixels: np.ndarray, image_format: str = "PNG") -> bytes:
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(encoded, image_format)
    return encoded.getvalue()


def test_grey_is_repeated_and_alpha_is_dropped() -> None:
    grey = decode_image(encode(np.array([[7, 9]], np.uint8)))
    rgba = decode_image(encode(np.array([[[1, 2, 3, 0]]], np.uint8)))

    assert grey.tolist() == [[[7, 7, 7], [9, 9, 9]]]
    assert rgba.tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no bytes"),
        (b"words", "not a JPEG or PNG"),
        (encode(NOISE)[:400], "truncated or damaged"),
        (encode(NOISE, "JPEG")[:-200], "truncated or damaged"),
        (encode(np.zeros((4, 4), np.uint8), "GIF"), "GIF is not one of"),
        (encode(np.zeros((4, 4), np.uint16)), "more than 8 bits"),
    ],
)
def test_unusable_images_are_refused_with_the_reason(content: bytes, message: str) -> None:
    with pytest.raises(UnusableImageError, match=message):
        decode_image(content)

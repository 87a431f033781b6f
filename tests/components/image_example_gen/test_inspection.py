import io

import numpy as np
import pytest
from PIL import Image

from components.image_example_gen.inspection import inspect_image
from serving.images import UnusableImageError


def encode(pixels: np.ndarray, image_format: str) -> bytes:
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(encoded, format=image_format)
    return encoded.getvalue()


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_facts_of_a_photo() -> None:
    content = encode(noise(20, 30), "JPEG")

    facts = inspect_image(content)

    assert (facts.height, facts.width, facts.channels, facts.format) == (20, 30, 3, "JPEG")
    assert facts.size_bytes == len(content)
    assert 0.4 < facts.brightness < 0.6


@pytest.mark.parametrize(("level", "brightness"), [(0, 0.0), (255, 1.0), (51, 0.2)])
def test_brightness_of_a_grey_png(level: int, brightness: float) -> None:
    facts = inspect_image(encode(np.full((8, 8), level, np.uint8), "PNG"))

    assert facts.channels == 1
    assert facts.brightness == pytest.approx(brightness, abs=1e-6)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_a_truncated_image_is_unusable(image_format: str) -> None:
    content = encode(noise(64, 64), image_format)

    with pytest.raises(UnusableImageError, match="truncated or damaged") as raised:
        inspect_image(content[: len(content) // 2])

    assert raised.value.rule == "broken"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b"this is text in a file called rose.jpg", "not_an_image"),
        (encode(noise(8, 8), "GIF"), "unsupported_format"),
        (encode(noise(8, 8), "BMP"), "unsupported_format"),
        (encode(np.zeros((8, 8), np.uint16), "PNG"), "unsupported_depth"),
    ],
)
def test_what_is_no_jpeg_or_png_is_named(content: bytes, rule: str) -> None:
    with pytest.raises(UnusableImageError) as raised:
        inspect_image(content)

    assert raised.value.rule == rule


def test_a_large_image_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(UnusableImageError, match="40 x 30 pixels are more than max_image_pixels = 1000"):
        inspect_image(encode(noise(30, 40), "PNG"), max_pixels=1000)

import numpy as np
import pytest
from tiny_bundles import encode

from serving.image_facts import ImageFacts, encoded_facts, pixel_facts
from serving.images import UnusableImageError


def test_facts_of_an_encoded_image() -> None:
    content = encode((0, 51, 102), height=3, width=5)

    facts = encoded_facts(content)

    assert facts == ImageFacts(
        height=3, width=5, channels=3, format="PNG", size_bytes=len(content), brightness=pytest.approx(0.2)
    )


def test_decoded_pixels_have_the_same_facts_but_for_their_file() -> None:
    pixels_HWC = np.full((3, 5, 3), 51, np.uint8)

    facts = pixel_facts(pixels_HWC)

    assert facts == ImageFacts(
        height=3, width=5, channels=3, format=None, size_bytes=None, brightness=pytest.approx(0.2)
    )


def test_a_large_image_is_not_decoded() -> None:
    def decode(_: bytes) -> np.ndarray:
        raise AssertionError("decoded")

    with pytest.raises(UnusableImageError, match="4 x 4 pixels are more than"):
        encoded_facts(encode((1, 2, 3)), decode=decode, max_pixels=15)

"""libspng and Pillow see the same in small PNG files."""

import io
import random

import numpy as np
import pytest
from PIL import Image

from serving.small_png import decode_small_png

MODES = ["1", "L", "LA", "P", "RGB", "RGBA"]


def encode(mode: str, *, height: int = 19, width: int = 23, **options: object) -> bytes:
    levels_HWC = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(levels_HWC).convert(mode).save(encoded, "PNG", **options)
    return encoded.getvalue()


def decode_with_pillow(content: bytes) -> np.ndarray | None:
    try:
        with Image.open(io.BytesIO(content)) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError):
        return None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"compress_level": 0}])
def test_every_kind_of_png_has_the_pixels_that_pillow_sees(mode: str, options: dict[str, object]) -> None:
    content = encode(mode, **options)

    pixels_HWC = decode_small_png(content, max_pixels=1000)

    assert pixels_HWC is not None
    assert pixels_HWC.dtype == np.uint8
    np.testing.assert_array_equal(pixels_HWC, decode_with_pillow(content))


def test_transparency_is_dropped_and_not_blended() -> None:
    for mode, transparency in (("RGB", (10, 20, 30)), ("L", 7), ("P", 3)):
        content = encode(mode, transparency=transparency)
        np.testing.assert_array_equal(decode_small_png(content, max_pixels=1000), decode_with_pillow(content))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n", encode("RGB")[:200], encode("RGB", height=60, width=60), b"\xff\xd8\xff" + b"x" * 100],
)
def test_whatever_is_no_small_whole_png_is_left_to_pillow(content: bytes) -> None:
    assert decode_small_png(content, max_pixels=1_000_000) is None


def test_a_wrong_checksum_is_left_to_pillow() -> None:
    content = bytearray(encode("RGB"))
    content[-13] ^= 1  # The last byte of the pixels' checksum.

    assert decode_small_png(bytes(content), max_pixels=1000) is None
    assert decode_small_png(bytes(content[:-12]), max_pixels=1000) is None


def test_limits_are_read_before_anything_is_decoded() -> None:
    deep = io.BytesIO()
    Image.fromarray(np.full((4, 4), 40_000, np.uint16)).save(deep, "PNG")

    assert decode_small_png(deep.getvalue(), max_pixels=1000) is None
    assert decode_small_png(encode("RGB"), max_pixels=19 * 23 - 1) is None


def test_damage_is_never_seen_in_another_way() -> None:
    chance = random.Random(0)  # noqa: S311
    agreed = 0
    for number in range(2000):
        content = bytearray(encode(MODES[number % len(MODES)], height=6, width=6))
        for _ in range(chance.randrange(3)):
            content[chance.randrange(8, len(content))] = chance.randrange(256)

        ours, theirs = decode_small_png(bytes(content), max_pixels=1000), decode_with_pillow(bytes(content))

        if ours is not None:
            agreed += 1
            assert theirs is not None
            np.testing.assert_array_equal(ours, theirs)
    assert agreed > 100

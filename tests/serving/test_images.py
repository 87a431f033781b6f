"""What is decoded, what is refused and why."""

import io
import zlib

import numpy as np
import pytest
from hostile_images import write_png
from PIL import Image

from serving.images import UnusableImageError, decode_image

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


@pytest.mark.parametrize(("colour_type", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_16_bits_a_channel_are_refused_in_every_kind_of_png(colour_type: int, channels: int) -> None:
    row = bytes(1 + 2 * channels * 3)

    with pytest.raises(UnusableImageError, match="more than 8 bits"):
        decode_image(write_png(width=3, height=2, depth=16, colour_type=colour_type, levels=row * 2))


def test_a_large_image_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(UnusableImageError, match="20 x 20 pixels are more than max_image_pixels = 399"):
        decode_image(encode(NOISE), max_pixels=399)


def test_a_bomb_is_refused_by_its_header_alone() -> None:
    header = bytearray(encode(NOISE)[:33])
    header[16:24] = (60_000).to_bytes(4, "big") * 2
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(4, "big")

    with pytest.raises(UnusableImageError, match="60000 x 60000 pixels"):
        decode_image(bytes(header) + encode(NOISE)[33:])


def test_a_photo_with_a_second_picture_behind_it_is_a_jpeg() -> None:
    first, second = Image.fromarray(NOISE), Image.fromarray(NOISE)
    encoded = io.BytesIO()
    first.save(encoded, "MPO", save_all=True, append_images=[second])

    assert decode_image(encoded.getvalue()).shape == (20, 20, 3)

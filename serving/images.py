"""Encoded images: the rules that they keep in ingestion, bulk inference and serving alike, and their decoding.

Shape letters: H, W height and width, C colours.
"""

import io
import struct
import zlib

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin

from serving.small_png import decode_small_png

Pixels = npt.NDArray[np.uint8]
"""uint8 [H, W, C], RGB."""

FORMATS = ("JPEG", "PNG")
DEFAULT_MAX_PIXELS = 50_000_000
"""Larger images are refused before they are decoded: 50 megapixels are 150 MB of RGB."""

_READERS = {b"\xff\xd8\xff": JpegImagePlugin.JpegImageFile, b"\x89PNG\r\n\x1a\n": PngImagePlugin.PngImageFile}
"""Chosen by the first bytes. Image.open would try every format that Pillow knows on bytes from anywhere, and warns of
large images through Python's warnings, which cannot be silenced in one thread alone."""
_OTHER_FORMATS = {b"GIF8": "GIF", b"BM": "BMP", b"RIFF": "WEBP", b"II*\0": "TIFF", b"MM\0*": "TIFF"}
_DEEP_MODES = ("I", "F", "I;16", "I;16B")
"""Pillow's names for more than 8 bits a channel. Decoders reduce those in different ways (TensorFlow scales, Pillow
cuts off), so a model could not give every caller the same answer."""
_DECODER_ERRORS = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error, zlib.error)
"""What Pillow's decoders raise on damaged files; its documentation promises only OSError."""


class UnusableImageError(Exception):
    """The image cannot be learnt from, nor be classified.

    Attributes:
        rule: Short name of the broken rule, e.g. `truncated`.
    """

    def __init__(self, rule: str, detail: str) -> None:
        """Remember the rule beside the message."""
        super().__init__(detail)
        self.rule = rule


def open_image(content: bytes, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> Image.Image:
    """Open an encoded image whose header keeps the rules; its pixels are not decoded yet.

    Args:
        content: Encoded image.
        max_pixels: Largest height x width.

    Raises:
        UnusableImageError: Empty, not a JPEG or PNG, more than 8 bits a channel, or too large.
    """
    image = _identify(content)
    if _is_deep(image):
        raise UnusableImageError("unsupported_depth", "more than 8 bits a channel; convert it to 8 bits")
    if image.width * image.height > max_pixels:
        raise UnusableImageError(
            "too_large", f"{image.width} x {image.height} pixels are more than max_image_pixels = {max_pixels}"
        )
    return image


def decode_image(content: bytes, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> Pixels:
    """Decode a JPEG or PNG to RGB: grey is repeated, alpha is dropped.

    Raises:
        UnusableImageError: Empty, another format, too deep or too large, or damaged.
    """
    small_HWC = decode_small_png(content, max_pixels=max_pixels)
    if small_HWC is not None:
        return small_HWC
    image = open_image(content, max_pixels=max_pixels)
    try:
        return np.asarray(image.convert("RGB"))
    except _DECODER_ERRORS as error:
        raise UnusableImageError("broken", "the image is truncated or damaged and does not decode") from error


def _identify(content: bytes) -> ImageFile.ImageFile:
    if not content:
        raise UnusableImageError("empty", "the file has no bytes")
    for start, reader in _READERS.items():
        if content.startswith(start):
            try:
                return reader(io.BytesIO(content))
            except _DECODER_ERRORS as error:
                raise UnusableImageError("not_an_image", "the bytes are not a JPEG or PNG image") from error
    raise _name_format(content)


def _is_deep(image: ImageFile.ImageFile) -> bool:
    """Tell whether a channel has more than 8 bits; of colours in 16 bits, only the way to decode them says so."""
    return image.mode in _DEEP_MODES or any(";16" in str(tile.args) for tile in image.tile)


def _name_format(content: bytes) -> UnusableImageError:
    for start, name in _OTHER_FORMATS.items():
        if content.startswith(start):
            return UnusableImageError("unsupported_format", f"{name} is not one of {', '.join(FORMATS)}")
    return UnusableImageError("not_an_image", "the bytes are not a JPEG or PNG image")

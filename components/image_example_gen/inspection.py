"""Look into one encoded image: is it usable, and what are its facts."""

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG")
_DEEP_MODES = ("I", "F", "I;16", "I;16B")
"""Pillow's names for more than 8 bits a channel. Decoders reduce those in different ways (TensorFlow scales, Pillow
cuts off), so a model could not give every caller the same answer."""
DEFAULT_MAX_PIXELS = 50_000_000
"""Larger images are refused before they are decoded: 50 megapixels are 150 MB of RGB."""


@dataclass(frozen=True)
class ImageFacts:
    """Facts of a usable image, in the units of `trainers.features`."""

    height: int
    width: int
    channels: int
    format: str
    size_bytes: int
    brightness: float


class UnusableImageError(Exception):
    """The image cannot be learnt from.

    Attributes:
        rule: Short name of the broken rule, e.g. `truncated`.
    """

    def __init__(self, rule: str, detail: str) -> None:
        """Remember the rule beside the message."""
        super().__init__(detail)
        self.rule = rule


def inspect_image(content: bytes, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> ImageFacts:
    """Return the facts of an encoded image.

    The header is read by Pillow, which looks before it decodes; the pixels are decoded by the very function that the
    Transform graph runs, so that an image that passes here cannot break the graph later.

    Args:
        content: Encoded image.
        max_pixels: Largest height x width that is decoded.

    Raises:
        UnusableImageError: Empty, not a JPEG or PNG, too large, or broken.
    """
    with open_image(content, max_pixels=max_pixels) as image:
        (width, height), channels, image_format = image.size, len(image.getbands()), str(image.format)
    return ImageFacts(
        height=height,
        width=width,
        channels=channels,
        format=image_format,
        size_bytes=len(content),
        brightness=_decode_brightness(content),
    )


@contextlib.contextmanager
def open_image(content: bytes, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> Iterator[Image.Image]:
    """Open an encoded image whose header keeps the rules; its pixels are not decoded yet.

    Args:
        content: Encoded image.
        max_pixels: Largest height x width.

    Raises:
        UnusableImageError: Empty, not a JPEG or PNG, more than 8 bits a channel, or too large.
    """
    with _identify(content) as image:
        if image.format not in FORMATS:
            raise UnusableImageError("unsupported_format", f"{image.format} is not one of {', '.join(FORMATS)}")
        if image.mode in _DEEP_MODES:
            raise UnusableImageError("unsupported_depth", "more than 8 bits a channel; convert it to 8 bits")
        if image.width * image.height > max_pixels:
            raise UnusableImageError(
                "too_large", f"{image.width} x {image.height} pixels are more than max_image_pixels = {max_pixels}"
            )
        yield image


def _identify(content: bytes) -> Image.Image:
    if not content:
        raise UnusableImageError("empty", "the file has no bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(content))
    except Image.DecompressionBombError as error:
        raise UnusableImageError("too_large", str(error)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnusableImageError("not_an_image", "the bytes are not a JPEG or PNG image") from error


def _decode_brightness(content: bytes) -> float:
    import tensorflow as tf

    from trainers import preprocessing

    try:
        pixels_HWC = preprocessing.decode(content).numpy()
    except tf.errors.InvalidArgumentError as error:
        raise UnusableImageError("broken", "the image is truncated or damaged and does not decode") from error
    return float(pixels_HWC.mean()) / 255

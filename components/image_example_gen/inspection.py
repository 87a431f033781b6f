"""Look into one encoded image: is it usable, and what are its facts."""

import io
import warnings
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
    height, width, channels, image_format = _read_header(content)
    if height * width > max_pixels:
        raise UnusableImageError(
            "too_large", f"{width} x {height} pixels are more than max_image_pixels = {max_pixels}"
        )
    return ImageFacts(
        height=height,
        width=width,
        channels=channels,
        format=image_format,
        size_bytes=len(content),
        brightness=_decode_brightness(content),
    )


def _read_header(content: bytes) -> tuple[int, int, int, str]:
    if not content:
        raise UnusableImageError("empty", "the file has no bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                width, height = image.size
                channels, image_format, mode = len(image.getbands()), str(image.format), image.mode
    except Image.DecompressionBombError as error:
        raise UnusableImageError("too_large", str(error)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnusableImageError("not_an_image", "the bytes are not a JPEG or PNG image") from error
    if image_format not in FORMATS:
        raise UnusableImageError("unsupported_format", f"{image_format} is not one of {', '.join(FORMATS)}")
    if mode in _DEEP_MODES:
        raise UnusableImageError("unsupported_depth", "more than 8 bits a channel; convert it to 8 bits")
    return height, width, channels, image_format


def _decode_brightness(content: bytes) -> float:
    import tensorflow as tf

    from trainers import preprocessing

    try:
        pixels_HWC = preprocessing.decode(content).numpy()
    except tf.errors.InvalidArgumentError as error:
        raise UnusableImageError("broken", "the image is truncated or damaged and does not decode") from error
    return float(pixels_HWC.mean()) / 255

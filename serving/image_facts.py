"""What ingestion and the request log write down of an image, in one definition, so that the two can be compared.

Shape letters: H, W height and width, C colours.
"""

from collections.abc import Callable
from dataclasses import dataclass

from serving.images import DEFAULT_MAX_PIXELS, Pixels, decode_image, open_image


@dataclass(frozen=True, kw_only=True)
class ImageFacts:
    """Facts of a usable image.

    Attributes:
        height: Pixels.
        width: Pixels.
        channels: Of the encoded image: 1 grey, 3 RGB, 4 RGBA or CMYK.
        format: `JPEG` or `PNG`; None where the image came decoded.
        size_bytes: Length of the encoded image; None where it came decoded.
        brightness: Mean of all decoded RGB values, 0 (black) to 1 (white).
    """

    height: int
    width: int
    channels: int
    format: str | None
    size_bytes: int | None
    brightness: float


def encoded_facts(
    content: bytes, *, decode: Callable[[bytes], Pixels] = decode_image, max_pixels: int = DEFAULT_MAX_PIXELS
) -> ImageFacts:
    """Return the facts of a JPEG or PNG.

    Args:
        content: Encoded image.
        decode: Returns its pixels; called only when the header keeps the rules.
        max_pixels: Largest height x width that is decoded.

    Raises:
        UnusableImageError: Empty, another format, too deep or too large; or what `decode` raises.
    """
    with open_image(content, max_pixels=max_pixels) as image:
        (width, height), channels, image_format = image.size, len(image.getbands()), str(image.format)
    return ImageFacts(
        height=height,
        width=width,
        channels=channels,
        format=image_format,
        size_bytes=len(content),
        brightness=_brightness(decode(content)),
    )


def pixel_facts(pixels_HWC: Pixels) -> ImageFacts:
    """Return the facts of decoded pixels, uint8 [H, W, C]."""
    height, width, channels = pixels_HWC.shape
    return ImageFacts(
        height=height,
        width=width,
        channels=channels,
        format=None,
        size_bytes=None,
        brightness=_brightness(pixels_HWC),
    )


def _brightness(pixels_HWC: Pixels) -> float:
    return float(pixels_HWC.mean()) / 255

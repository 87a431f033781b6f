"""Look into one encoded image: is it usable, and what are its facts."""

from dataclasses import dataclass

from serving.images import DEFAULT_MAX_PIXELS, UnusableImageError, open_image


@dataclass(frozen=True)
class ImageFacts:
    """Facts of a usable image, in the units of `trainers.features`."""

    height: int
    width: int
    channels: int
    format: str
    size_bytes: int
    brightness: float


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


def _decode_brightness(content: bytes) -> float:
    import tensorflow as tf

    from trainers import preprocessing

    try:
        pixels_HWC = preprocessing.decode(content).numpy()
    except tf.errors.InvalidArgumentError as error:
        raise UnusableImageError("broken", "the image is truncated or damaged and does not decode") from error
    return float(pixels_HWC.mean()) / 255

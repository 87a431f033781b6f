"""Look into one encoded image: is it usable, and what are its facts."""

from serving.image_facts import ImageFacts, encoded_facts
from serving.images import DEFAULT_MAX_PIXELS, Pixels, UnusableImageError


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
    return encoded_facts(content, decode=_decode, max_pixels=max_pixels)


def _decode(content: bytes) -> Pixels:
    import tensorflow as tf

    from trainers import preprocessing

    try:
        pixels_HWC: Pixels = preprocessing.decode(content).numpy()
    except tf.errors.InvalidArgumentError as error:
        raise UnusableImageError("broken", "the image is truncated or damaged and does not decode") from error
    return pixels_HWC

"""Decode images for the ONNX file, by the rules that ingestion has for training images.

Shape letters: H, W height and width, C colours.
"""

import struct
import zlib

import numpy as np
import numpy.typing as npt

from components.image_example_gen.inspection import UnusableImageError, open_image

Pixels = npt.NDArray[np.uint8]
"""uint8 [H, W, C], RGB."""

_DECODER_ERRORS = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error, zlib.error)
"""What Pillow's decoders raise on damaged files; its documentation promises only OSError."""


def decode_image(content: bytes) -> Pixels:
    """Decode a JPEG or PNG to RGB: grey is repeated, alpha is dropped.

    Raises:
        UnusableImageError: Empty, another format, too deep or too large, or damaged.
    """
    with open_image(content) as image:
        try:
            return np.asarray(image.convert("RGB"))
        except _DECODER_ERRORS as error:
            raise UnusableImageError("broken", "the image is truncated or damaged and does not decode") from error

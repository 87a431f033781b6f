"""The two ways an image comes to the ONNX file: decoded as the Transform graph does, and by Pillow as callers do.

Shape letters: N images, H, W height and width, C colours.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from trainers import preprocessing

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class DecodedImages:
    """The same images decoded twice, each uint8 [H, W, C], RGB.

    Attributes:
        graph: by the Transform graph's decoder.
        pillow: by Pillow, converted to RGB.
        max_diff_levels: greatest difference of a pixel between the two, in levels of 0..255; 255 where even the sizes
            differ.
        differing_images: number of images that the two decode differently.
    """

    graph: tuple[Pixels, ...]
    pillow: tuple[Pixels, ...]
    max_diff_levels: int
    differing_images: int


def decode_both_ways(images: Sequence[bytes]) -> DecodedImages:
    """Decode JPEG or PNG images with TensorFlow, as the Transform graph does, and with Pillow."""
    graph = tuple(preprocessing.decode(image).numpy() for image in images)
    pillow = tuple(_decode_with_pillow(image) for image in images)
    differences = [_difference_levels(first, second) for first, second in zip(graph, pillow, strict=True)]
    return DecodedImages(
        graph=graph,
        pillow=pillow,
        max_diff_levels=max(differences, default=0),
        differing_images=sum(difference > 0 for difference in differences),
    )


def _decode_with_pillow(image: bytes) -> Pixels:
    with Image.open(io.BytesIO(image)) as opened:
        return np.asarray(opened.convert("RGB"))


def _difference_levels(first_HWC: Pixels, second_HWC: Pixels) -> int:
    if first_HWC.shape != second_HWC.shape:
        return 255
    return int(np.abs(first_HWC.astype(np.int16) - second_HWC).max())

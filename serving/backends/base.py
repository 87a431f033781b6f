"""What every backend does: turn images into probabilities.

Shape letters: N images, H, W height and width, C colours, K classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from serving.images import Pixels, UnusableImageError

Probabilities = npt.NDArray[np.float32]
"""float32 [K], in the order of the manifest's class names."""
Image = bytes | Pixels
"""An encoded JPEG or PNG, or decoded uint8 [H, W, C], RGB."""

MAX_DECODED_BYTES = 128 << 20
"""Decoded pixels that wait for the model at once; a batch of large photos is run in parts."""


@dataclass(slots=True)
class Answers:
    """What became of a batch.

    Attributes:
        results: Probabilities, or why there are none, for each image in its order.
        decode_seconds: Time spent on decoding; 0 where the model decodes by itself.
        model_seconds: Time spent in the model.
    """

    results: list[Probabilities | UnusableImageError]
    decode_seconds: float
    model_seconds: float


class Backend(Protocol):
    """A loaded model."""

    @property
    def name(self) -> str:
        """Name of the backend, as in `--backend`."""

    @property
    def takes_pixels(self) -> bool:
        """Whether decoded pixels give the same answer as the encoded image, so that others may decode."""

    def classify(self, images: Sequence[Image]) -> Answers:
        """Return an answer for each image; an unusable one spoils no other.

        May be called from several threads at a time.
        """

    def close(self) -> None:
        """Give back what the model holds; no call comes after this one."""

"""What flows through the Beam pipeline: images in, predictions out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float32]
"""float32 [K], 0 to 1, in the order of the class names."""


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One image of the input.

    Attributes:
        id: Path or key that names it in the output.
        content: Encoded JPEG or PNG; empty when `error` says why there is none.
        error: Why the image could not be read.
    """

    id: str
    content: bytes = b""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PredictionRecord:
    """The answer for one image: probabilities or an error, never both.

    Attributes:
        id: That of the image.
        probabilities_K: One for each class.
        error: Why there is no answer.
    """

    id: str
    probabilities_K: Probabilities | None = None
    error: str | None = None

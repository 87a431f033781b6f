"""The proof that a file answers as the trained model does, on the images of the witness.

Shape letters: N images, S side of the square in pixels, K classes.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from trainers.export.errors import ModelExportError

MAX_PROBABILITY_DIFFERENCE = 1e-4
_BATCH_SIZES = (1, 7)

Array = npt.NDArray[np.float32]


def prove_equal(name: str, answer: Callable[[Array], Array], pixels_NSSC: Array, expected_NK: Array) -> float:
    """Return how far a file's probabilities are from the trained model's, in batches of 1 and of 7.

    Args:
        name: Of the file, for the message.
        answer: The file as it was read back: pixels, float32 [N, S, S, C], to probabilities, float32 [N, K].
        pixels_NSSC: What the file takes.
        expected_NK: The trained model's probabilities.

    Returns:
        The greatest absolute difference, 0 to 1.

    Raises:
        ModelExportError: It is above 1e-4, or an answer is no finite [N, K].
    """
    greatest = max(_greatest_difference(answer, pixels_NSSC, expected_NK, size) for size in _BATCH_SIZES)
    if not greatest <= MAX_PROBABILITY_DIFFERENCE:
        raise ModelExportError(
            f"{name} differs from the trained model by {greatest:.1e} in a probability, above the limit of "
            f"{MAX_PROBABILITY_DIFFERENCE:.0e}; leave it out of train.exports, or change the layer that it computes "
            "otherwise."
        )
    return greatest


def _greatest_difference(answer: Callable[[Array], Array], pixels_NSSC: Array, expected_NK: Array, size: int) -> float:
    starts = range(0, len(pixels_NSSC), size)
    answers = [answer(pixels_NSSC[start : start + size]) for start in starts]
    if [each.shape for each in answers] != [expected_NK[start : start + size].shape for start in starts]:
        return float("nan")
    return float(np.abs(np.concatenate(answers).astype(np.float64) - expected_NK).max())

"""Weights that make rare classes count as much as common ones in the training loss."""

from typing import Literal

import numpy as np
import numpy.typing as npt

ClassWeighting = Literal["none", "balanced"]
"""How the training loss weighs classes: all examples alike, or all classes alike."""


def class_weights(weighting: ClassWeighting, class_counts_K: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """Return the factor by which each class's examples count in the training loss.

    Args:
        weighting: `none` for ones; `balanced` for N / (P * n_k), where P is the number of classes that have examples.
        class_counts_K: Training examples n_k of each class, int64 [K]; N is their sum.

    Returns:
        float32 [K]. Averaged over all training examples the factors are 1, so the learning rate keeps its meaning.
        A class without examples gets 0.
    """
    if weighting == "none":
        return np.ones(len(class_counts_K), dtype=np.float32)
    present = class_counts_K > 0
    weights_K = np.zeros(len(class_counts_K), dtype=np.float64)
    weights_K[present] = class_counts_K.sum() / (present.sum() * class_counts_K[present])
    return weights_K.astype(np.float32)

"""Probabilities of logits.

Shape letters: N images, K classes.
"""

import numpy as np
import numpy.typing as npt


def softmax(logits_NK: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return probabilities, float32 [N, K], computed in float64 so that only the model's own rounding is left."""
    shifted_NK = logits_NK.astype(np.float64) - logits_NK.max(axis=1, keepdims=True)
    exponents_NK = np.exp(shifted_NK)
    probabilities_NK = exponents_NK / exponents_NK.sum(axis=1, keepdims=True)
    return np.asarray(probabilities_NK, np.float32)

"""What the Open Inference Protocol's requests can ask for.

Shape letters: N images, K classes.
"""

from typing import Any

import numpy as np

from serving.prediction import Prediction

OUTPUTS = {"probabilities": "FP32", "label": "BYTES", "score": "FP32"}
"""Name to datatype."""


def output_values(prediction: Prediction, name: str) -> Any:
    """Return float32 [N, K] for probabilities, float32 [N] for score, or text [N] for label."""
    probabilities_NK = np.stack(prediction.probabilities_NK)
    if name == "probabilities":
        return probabilities_NK
    if name == "score":
        return probabilities_NK.max(axis=1)
    return np.array(prediction.version.manifest.class_names, object)[probabilities_NK.argmax(axis=1)]

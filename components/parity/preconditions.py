"""What must hold before answers can be compared: a sound witness, and one order of classes everywhere.

Shape letters: N images, K classes.
"""

from collections.abc import Mapping

import numpy as np

from components.parity.comparison import Probabilities
from components.parity.onnx_answers import OnnxFileUnderTest
from components.parity.saved_model_answers import SavedModelUnderTest
from trainers.export.witness import MIN_IMAGES, Witness

_SUM_TOLERANCE = 1e-3
"""Float32 probabilities of any softmax sum to 1 within this; logits do not."""


def find_unusable_witness(witness: Witness) -> list[str]:
    """Say why nothing can be proven with this witness; empty when it is sound."""
    images, classes = len(witness.images), len(witness.class_names)
    probabilities_NK = witness.probabilities_NK
    reasons = []
    if images < MIN_IMAGES:
        reasons.append(
            f"The witness has {images} images, but a proof needs at least {MIN_IMAGES}; give the eval split more."
        )
    if probabilities_NK.shape != (images, classes):
        reasons.append(
            f"The witness has probabilities of the shape {list(probabilities_NK.shape)} for {images} images and "
            f"{classes} classes; train again."
        )
    elif not np.isfinite(probabilities_NK).all():
        reasons.append("The trained model's own probabilities are not finite; its training diverged.")
    elif np.abs(probabilities_NK.sum(axis=1) - 1).max(initial=0) > _SUM_TOLERANCE or probabilities_NK.min() < 0:
        reasons.append("The witness holds numbers that are no probabilities, perhaps logits; apply a softmax.")
    return reasons


def find_wrong_class_order(
    witness: Witness, saved_model: SavedModelUnderTest, onnx_file: OnnxFileUnderTest
) -> list[str]:
    """Compare the class orders that the two formats carry with the trained model's."""
    reasons = []
    expected = list(witness.class_names)
    if list(onnx_file.class_names) != expected:
        reasons.append(
            f"ONNX file: its metadata has the classes {list(onnx_file.class_names)}, but the model was trained on "
            f"{expected}; export it again."
        )
    ids = saved_model.label_ids(expected)
    if ids != list(range(len(expected))):
        reasons.append(
            f"SavedModel: its vocabulary gives the classes {expected} the ids {ids} instead of 0 to "
            f"{len(expected) - 1}; export it again with the Transform graph that the model was trained on."
        )
    return reasons


def find_wrong_labels(witness: Witness, answers: Mapping[int, tuple[Probabilities, list[str]]]) -> list[str]:
    """Check that the SavedModel's class names are those of its own greatest probabilities."""
    reasons = []
    for batch_size, (probabilities_NK, labels) in answers.items():
        if probabilities_NK.shape != witness.probabilities_NK.shape:
            continue  # Counted already where the probabilities are compared.
        expected = [witness.class_names[column] for column in probabilities_NK.argmax(axis=1)]
        wrong = sum(label != name for label, name in zip(labels, expected, strict=True))
        if wrong:
            reasons.append(
                f"SavedModel at batch size {batch_size}: {wrong} labels are not the class of the greatest probability; "
                "its class names are in another order than the model's outputs, export it again."
            )
    return reasons

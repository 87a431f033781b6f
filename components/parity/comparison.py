"""Compare one format's answers with the trained model's.

Shape letters: N images, K classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float32]

EXPORT_AGAIN = "the file is not the model that was trained, export it again"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How far one format is from the trained model, over all batch sizes.

    Attributes:
        max_abs_diff: greatest absolute difference of a probability; None when an answer was unusable.
        top_class_agreement: share of images with the same most probable class, 0..1, in the worst batch size; None
            when an answer was unusable.
        reasons: why the answers do not count as equal; empty when they do.
    """

    max_abs_diff: float | None
    top_class_agreement: float | None
    reasons: tuple[str, ...]


def compare_answers(
    reference_NK: Probabilities,
    answers: Mapping[int, Probabilities],
    *,
    name: str,
    limit: float,
    remedy: str = EXPORT_AGAIN,
) -> Comparison:
    """Compare answers at several batch sizes with the reference; what cannot be compared counts against them.

    Args:
        reference_NK: the trained model's probabilities, finite.
        answers: the format's probabilities of the same images, by batch size.
        name: what to call the format in the reasons, with where its pixels came from.
        limit: greatest difference that still counts as equal.
        remedy: what to do about a greater one.
    """
    unusable = [
        reason
        for batch_size, answer in answers.items()
        if (reason := _find_unusable(reference_NK, answer, f"{name} at batch size {batch_size}"))
    ]
    if unusable or not answers:
        return Comparison(
            max_abs_diff=None,
            top_class_agreement=None,
            reasons=tuple(unusable) or (f"{name} gave no answers; export it again.",),
        )
    differences = {size: float(np.abs(answer - reference_NK).max()) for size, answer in answers.items()}
    top_classes_N = reference_NK.argmax(axis=1)
    agreements = {size: float((answer.argmax(axis=1) == top_classes_N).mean()) for size, answer in answers.items()}
    reasons = [
        f"{name} at batch size {size}: a probability differs from the trained model's by {difference:.2e}, "
        f"above the limit of {limit:.2e}; {remedy}."
        for size, difference in differences.items()
        if not difference <= limit
    ]
    reasons += [
        f"{name} at batch size {size}: {1 - agreement:.1%} of the images get another top class than from the trained "
        f"model; {remedy}."
        for size, agreement in agreements.items()
        if agreement < 1
    ]
    return Comparison(
        max_abs_diff=max(differences.values()), top_class_agreement=min(agreements.values()), reasons=tuple(reasons)
    )


def _find_unusable(reference_NK: Probabilities, answer: Probabilities, name: str) -> str | None:
    if answer.shape != reference_NK.shape:
        return (
            f"{name}: probabilities have the shape {list(answer.shape)} instead of {list(reference_NK.shape)}; "
            "the file has another number of classes or mixes up the batch."
        )
    if not np.isfinite(answer).all():
        return f"{name}: {int((~np.isfinite(answer)).any(axis=1).sum())} images get probabilities that are not finite."
    return None

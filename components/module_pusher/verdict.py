"""Whether a module's model may be pushed, read from what TensorFlow Model Analysis wrote."""

import math
from dataclasses import dataclass
from pathlib import Path

import tensorflow_model_analysis as tfma

from components import evaluation_keys as keys

_TFX_BLESSED = "BLESSED"


@dataclass(frozen=True)
class ModuleVerdict:
    """The decision on a model.

    Attributes:
        accuracy: On the test split, 0 to 1; not a number where the evaluation has none.
        reasons: Why it is refused; empty when it is blessed.
    """

    accuracy: float
    reasons: tuple[str, ...]


def judge(evaluation_dir: Path, blessing_dir: Path, *, min_accuracy: float) -> ModuleVerdict:
    """Read accuracy and blessing; a missing figure counts as a refusal.

    Args:
        evaluation_dir: Folder of the ModelEvaluation artifact.
        blessing_dir: The Evaluator's blessing; TFX marks it by a file called BLESSED.
        min_accuracy: Accuracy that the model must reach, 0 to 1.
    """
    accuracy = _accuracy(evaluation_dir)
    reasons = []
    if math.isnan(accuracy):
        reasons.append("the evaluation has no accuracy of it")
    elif not accuracy >= min_accuracy:
        reasons.append(f"accuracy {accuracy:.4f} is below evaluation.min_accuracy = {min_accuracy:g}")
    if not (blessing_dir / _TFX_BLESSED).exists() and not reasons:
        reasons.append("TensorFlow Model Analysis did not validate it")
    return ModuleVerdict(accuracy=accuracy, reasons=tuple(reasons))


def _accuracy(evaluation_dir: Path) -> float:
    for slice_key, outputs in tfma.load_eval_result(str(evaluation_dir)).slicing_metrics:
        if slice_key == ():
            metrics = outputs[""].get("", {})
            return float(metrics.get(keys.ACCURACY, {}).get("doubleValue", math.nan))
    return math.nan

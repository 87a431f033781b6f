"""Read what TensorFlow Model Analysis wrote."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tensorflow_model_analysis as tfma

from components import evaluation_keys as keys
from components.decision import Metrics
from trainers import features

_OVERALL = ()


def load_accuracy(evaluation_dir: Path, *, model_name: str) -> float | None:
    """Return the accuracy of one model, 0 to 1, or None when it is missing."""
    return _value(_overall(tfma.load_eval_result(str(evaluation_dir), model_name=model_name)), "", keys.ACCURACY)


def load_metrics(evaluation_dir: Path, class_names: Sequence[str], *, model_name: str | None) -> Metrics | None:
    """Return the figures of one model, or None when they are missing.

    Args:
        evaluation_dir: Folder of the ModelEvaluation artifact.
        class_names: Class names in output order.
        model_name: None for a candidate that was evaluated without a baseline, since TFMA leaves the name of a single
            model out.
    """
    result = tfma.load_eval_result(str(evaluation_dir), model_name=model_name)
    slices = {slice_key: outputs for slice_key, outputs in result.slicing_metrics}
    overall = _overall(result)
    accuracy = _value(overall, "", keys.ACCURACY)
    loss = _value(overall, "", keys.LOSS)
    if accuracy is None or loss is None:
        return None
    confusion_matrix = _confusion_matrix(result, len(class_names))
    return Metrics(
        accuracy=accuracy,
        loss=loss,
        per_class={
            name: {
                "precision": _value(overall, f"classId:{index}", keys.PRECISION),
                "recall": _value(overall, f"classId:{index}", keys.RECALL),
                "accuracy": _slice_accuracy(slices, name),
                "images": sum(confusion_matrix[index]),
            }
            for index, name in enumerate(class_names)
        },
        confusion_matrix=confusion_matrix,
    )


def _overall(result: Any) -> Any:
    """Return the figures over all images; empty when there are none."""
    return next((outputs[""] for slice_key, outputs in result.slicing_metrics if slice_key == _OVERALL), {})


def _value(outputs: Any, sub_key: str, metric: str) -> float | None:
    value = float(outputs.get(sub_key, {}).get(metric, {}).get("doubleValue", math.nan))
    return None if math.isnan(value) else value


def _slice_accuracy(slices: Any, class_name: str) -> float | None:
    return _value(slices.get(((features.LABEL, class_name),), {}).get("", {}), "", keys.ACCURACY)


def _confusion_matrix(result: Any, num_classes: int) -> tuple[tuple[int, ...], ...]:
    """Return true x predicted counts; TFMA keeps only the cells that are not zero."""
    matrix = [[0] * num_classes for _ in range(num_classes)]
    plots = {slice_key: outputs for slice_key, outputs in result.plots}
    plot = plots.get(_OVERALL, {}).get("", {}).get("", {})
    for threshold in plot.get("multiClassConfusionMatrixAtThresholds", {}).get("matrices", []):
        for entry in threshold.get("entries", []):
            actual, predicted = int(entry.get("actualClassId", 0)), int(entry.get("predictedClassId", 0))
            if 0 <= actual < num_classes and 0 <= predicted < num_classes:
                matrix[actual][predicted] += round(float(entry.get("numWeightedExamples", 0)))
        break
    return tuple(tuple(row) for row in matrix)


def _slice_name(slice_key: Any) -> str:
    columns = [f"{key.column} {key.bytes_value.decode(errors='replace')!r}" for key in slice_key.single_slice_keys]
    return ", ".join(columns) or "all images"


def load_failures(evaluation_dir: Path) -> tuple[bool, tuple[str, ...]]:
    """Return whether TFMA's validation passed, and what it found wrong."""
    validation = tfma.load_validation_result(str(evaluation_dir))
    failures = tuple(
        f"TFMA: {failure.metric_key.name} of {_slice_name(of_slice.slice_key)} is"
        f" {failure.metric_value.double_value.value:.4f} {failure.message}".rstrip()
        for of_slice in validation.metric_validations_per_slice
        for failure in of_slice.failures
    )
    missing = tuple(f"TFMA: the slice {missing.feature_keys} has no image" for missing in validation.missing_slices)
    return bool(validation.validation_ok), failures + missing

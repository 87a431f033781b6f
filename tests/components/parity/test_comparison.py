"""Answers count as equal only when every one of them can be compared and is within the limit."""

import numpy as np
import pytest

from components.parity.comparison import compare_answers

_REFERENCE = np.array([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]], dtype=np.float32)


def test_equal_answers_have_no_reasons_against_them() -> None:
    comparison = compare_answers(_REFERENCE, {1: _REFERENCE, 64: _REFERENCE}, name="SavedModel", limit=1e-4)

    assert comparison.max_abs_diff == 0
    assert comparison.top_class_agreement == 1
    assert comparison.reasons == ()


def test_difference_above_the_limit_names_format_batch_size_and_figures() -> None:
    changed = _REFERENCE + np.float32([[0.5, -0.5], [0, 0], [0, 0]])

    comparison = compare_answers(_REFERENCE, {1: _REFERENCE, 64: changed}, name="SavedModel", limit=1e-4)

    assert comparison.max_abs_diff == 0.5
    assert len(comparison.reasons) == 1
    assert (
        "SavedModel at batch size 64: a probability differs from the trained model's by 5.00e-01, "
        in (comparison.reasons[0])
    )
    assert "above the limit of 1.00e-04" in comparison.reasons[0]


def test_worst_batch_size_gives_the_figures() -> None:
    swapped = _REFERENCE[:, ::-1]

    comparison = compare_answers(_REFERENCE, {1: swapped, 64: _REFERENCE}, name="ONNX file", limit=1.0)

    assert comparison.max_abs_diff == 0.5
    assert comparison.top_class_agreement == pytest.approx(1 / 3)


def test_another_top_class_counts_against_the_file_however_small_the_difference() -> None:
    near_tie = np.array([[0.50001, 0.49999]], np.float32)

    comparison = compare_answers(near_tie, {1: near_tie[:, ::-1]}, name="ONNX file", limit=1e-4)

    assert "100.0% of the images get another top class" in comparison.reasons[0]


def test_difference_at_the_limit_counts_as_equal() -> None:
    comparison = compare_answers(_REFERENCE, {1: _REFERENCE + np.float32(0.125)}, name="ONNX file", limit=0.125)

    assert comparison.reasons == ()


def test_answers_of_another_shape_count_against_the_file() -> None:
    comparison = compare_answers(_REFERENCE, {1: _REFERENCE[:, :1]}, name="ONNX file", limit=1e-4)

    assert comparison.max_abs_diff is None
    assert comparison.top_class_agreement is None
    assert "shape [3, 1] instead of [3, 2]" in comparison.reasons[0]


def test_answers_that_are_not_finite_count_against_the_file() -> None:
    broken = _REFERENCE.copy()
    broken[1, 0] = np.nan

    comparison = compare_answers(_REFERENCE, {1: broken, 7: _REFERENCE}, name="ONNX file", limit=1e-4)

    assert comparison.max_abs_diff is None
    assert "ONNX file at batch size 1: 1 images get probabilities that are not finite" in comparison.reasons[0]


def test_no_answers_count_against_the_file() -> None:
    assert compare_answers(_REFERENCE, {}, name="ONNX file", limit=1e-4).reasons == (
        "ONNX file gave no answers; export it again.",
    )

"""Nothing is proven with an unsound witness or with classes in another order."""

from pathlib import Path

import numpy as np
import pytest

from components.parity.onnx_answers import OnnxFileUnderTest
from components.parity.preconditions import find_unusable_witness, find_wrong_class_order, find_wrong_labels
from components.parity.saved_model_answers import SavedModelUnderTest
from trainers.export.witness import Witness


def _witness(probabilities_NK: np.ndarray, *, images: int = 64) -> Witness:
    return Witness(images=(b"image",) * images, probabilities_NK=probabilities_NK, class_names=("red", "green"))


def _rows(row: list[float], count: int = 64) -> np.ndarray:
    return np.array([row] * count, dtype=np.float32)


def test_sound_witness_is_usable() -> None:
    assert find_unusable_witness(_witness(_rows([0.25, 0.75]))) == []


@pytest.mark.parametrize(
    ("witness", "message"),
    [
        (_witness(_rows([0.25, 0.75], 63), images=63), "has 63 images, but a proof needs at least 64"),
        (_witness(_rows([0.25, 0.75], 65)), r"shape [65, 2] for 64 images and 2 classes"),
        (_witness(_rows([0.25, 0.5, 0.25])), r"shape [64, 3] for 64 images and 2 classes"),
        (_witness(_rows([float("nan"), 1.0])), "not finite"),
        (_witness(_rows([-1.5, 4.0])), "perhaps logits"),
        (_witness(_rows([-0.5, 1.5])), "perhaps logits"),
    ],
)
def test_unsound_witness_is_told_apart(witness: Witness, message: str) -> None:
    (reason,) = find_unusable_witness(witness)

    assert message in reason


def test_too_few_images_of_a_wrong_shape_are_two_reasons() -> None:
    assert len(find_unusable_witness(_witness(_rows([1.0], 2), images=3))) == 2


def test_other_class_order_is_found_in_both_formats(keras_bundle_dir: Path) -> None:
    witness = Witness(images=(), probabilities_NK=_rows([0, 1, 0], 0), class_names=("red", "blue", "green"))

    by_onnx, by_saved_model = find_wrong_class_order(
        witness, SavedModelUnderTest(keras_bundle_dir), OnnxFileUnderTest(keras_bundle_dir / "model.onnx")
    )

    assert "ONNX file: its metadata has the classes ['red', 'green', 'blue']" in by_onnx
    assert "SavedModel: its vocabulary gives the classes ['red', 'blue', 'green'] the ids [0, 2, 1]" in by_saved_model


def test_labels_that_contradict_the_probabilities_are_counted() -> None:
    witness = _witness(_rows([0.25, 0.75], 3), images=3)
    answers = {7: (_rows([0.25, 0.75], 3), ["green", "red", "red"])}

    (reason,) = find_wrong_labels(witness, answers)

    assert "SavedModel at batch size 7: 2 labels are not the class of the greatest probability" in reason

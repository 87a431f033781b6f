import numpy as np
import pytest

from trainers.export.errors import ModelExportError
from trainers.further_exports.proof import Array, prove_equal

PIXELS = np.random.default_rng(0).normal(size=(10, 2, 2, 3)).astype(np.float32)
EXPECTED = np.abs(PIXELS[:, 0, 0]) / np.abs(PIXELS[:, 0, 0]).sum(axis=1, keepdims=True)


def right(pixels: Array) -> Array:
    levels = np.abs(pixels[:, 0, 0])
    return levels / levels.sum(axis=1, keepdims=True)


def test_the_greatest_difference_is_told() -> None:
    def slightly_off(pixels: Array) -> Array:
        return right(pixels) + np.float32(2e-5)

    assert prove_equal("model.pt2", right, PIXELS, EXPECTED) < 1e-6
    assert prove_equal("model.pt2", slightly_off, PIXELS, EXPECTED) == pytest.approx(2e-5, rel=0.1)


def only_right_alone(pixels: Array) -> Array:
    return right(pixels) if len(pixels) == 1 else right(pixels)[::-1]


def not_a_number(pixels: Array) -> Array:
    return right(pixels) * np.float32("nan")


def one_class_less(pixels: Array) -> Array:
    return right(pixels)[:, 1:]


@pytest.mark.parametrize("answer", [only_right_alone, not_a_number, one_class_less])
def test_a_file_that_answers_otherwise_is_refused(answer: object) -> None:
    with pytest.raises(ModelExportError, match=r"model\.pt2 differs .*above the limit of 1e-04; leave it out of"):
        prove_equal("model.pt2", answer, PIXELS, EXPECTED)  # type: ignore[arg-type]

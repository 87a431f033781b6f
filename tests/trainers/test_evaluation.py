import numpy as np
import pytest

from trainers.evaluation import cross_entropy, evaluate
from trainers.example_split import InMemorySplit


def test_cross_entropy_of_hand_checked_logits() -> None:
    logits_NK = np.log(np.array([[1, 3], [1, 1]], dtype=np.float32))
    np.testing.assert_allclose(cross_entropy(logits_NK, np.array([1, 0])), [np.log(4 / 3), np.log(2)], rtol=1e-6)


def test_cross_entropy_of_large_logits_does_not_overflow() -> None:
    logits_NK = np.array([[5000, 0], [0, 5000]], dtype=np.float32)
    assert cross_entropy(logits_NK, np.array([0, 0])).tolist() == [0, 5000]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_cross_entropy_shows_logits_that_are_not_finite(bad: float) -> None:
    assert np.isnan(cross_entropy(np.array([[bad, 0]], dtype=np.float32), np.array([0])))[0]


def test_evaluation_weighs_examples_alike_also_in_a_short_last_batch() -> None:
    # The model's logits are the pixel's two channels; examples 0 and 2 are right.
    pixels_NHWC = np.array([[2, 0], [2, 0], [0, 2]], dtype=np.float32).reshape(3, 1, 1, 2)
    split = InMemorySplit(pixels_NHWC, np.array([0, 1, 1]))
    evaluation = evaluate(lambda pixels_BHWC: pixels_BHWC[:, 0, 0, :], split, batch_size_examples=2)
    right, wrong = np.log(1 + np.exp(-2)), np.log(1 + np.exp(2))
    assert evaluation.accuracy == pytest.approx(2 / 3)
    assert evaluation.loss == pytest.approx((2 * right + wrong) / 3)

import numpy as np
import pytest

from trainers.class_weights import class_weights


def test_none_counts_every_example_alike() -> None:
    np.testing.assert_array_equal(class_weights("none", np.array([5, 1])), [1, 1])


def test_balanced_gives_every_class_the_same_total() -> None:
    counts_K = np.array([6, 3, 1])
    weights_K = class_weights("balanced", counts_K)
    assert weights_K.dtype == np.float32
    np.testing.assert_allclose(weights_K, [10 / 18, 10 / 9, 10 / 3], rtol=1e-6)
    np.testing.assert_allclose(weights_K * counts_K, [10 / 3] * 3, rtol=1e-6)


def test_balanced_leaves_the_mean_weight_of_an_example_at_one() -> None:
    counts_K = np.array([100, 7, 0, 13])
    weights_K = class_weights("balanced", counts_K)
    assert (weights_K * counts_K).sum() / counts_K.sum() == pytest.approx(1, rel=1e-6)
    assert weights_K[2] == 0

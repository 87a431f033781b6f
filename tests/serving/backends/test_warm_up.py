from collections.abc import Sequence

import numpy as np
import pytest

from serving.backends.base import Answers, Image
from serving.backends.warm_up import is_distribution, warm_up


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ([0.25, 0.75], True),
        ([1.0, 0.0], True),
        ([0.5, 0.4], False),
        ([1.5, -0.5], False),
        ([np.nan, 1.0], False),
        ([np.inf, 0.0], False),
    ],
)
def test_only_probabilities_that_add_up_to_one_are_a_distribution(numbers: list[float], verdict: bool) -> None:
    assert is_distribution(np.array(numbers, np.float32)) is verdict


class Timed:
    """A backend that says how long it took."""

    name = "timed"

    def __init__(self) -> None:
        self.seconds = [0.5, 0.2, 0.3, 9.0]
        self.batches: list[int] = []

    def classify(self, images: Sequence[Image]) -> Answers:
        self.batches.append(len(images))
        answer = np.array([0.25, 0.75], np.float32)
        return Answers([answer] * len(images), 100.0, self.seconds[len(self.batches) - 1])

    def close(self) -> None:
        """Hold nothing."""


def test_single_images_and_the_largest_batch_are_run_and_only_the_model_is_timed() -> None:
    backend = Timed()

    assert warm_up(backend, size_pixels=8, classes=2, max_batch_images=5) == 0.2
    assert backend.batches == [1, 1, 1, 5]

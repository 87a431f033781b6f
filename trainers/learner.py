"""What a framework must be able to do for the training loop."""

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from trainers.augmentation.draw import BatchDraw
from trainers.trained_model import TrainedModel


class TrainTotals(NamedTuple):
    """Sums over the training examples since the last reset."""

    loss_sum: float
    """Loss of each example, class weight included, added up."""
    num_correct: int
    """Examples whose largest logit was that of their class; in a mixed image, of the class that it had before."""


class Learner(TrainedModel, Protocol):
    """A model with its optimiser, in one framework, that does one step at a time."""

    def start_epoch(self, epoch: int) -> None:
        """Prepare for the steps of an epoch, counted from 1: what is frozen may change from one to the next."""
        ...

    def train_on_batch(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        """Do one step of the optimiser and add to the totals; need not wait for the device to finish.

        Args:
            pixels_BHWC: Standardised pixels.
            label_ids_B: Class of each image.
            learning_rate: Of this step.
            draw: How to distort the images; None leaves them as they are.
        """
        ...

    def train_totals(self) -> TrainTotals:
        """Return the totals since the last reset; waits for the device."""
        ...

    def reset_train_totals(self) -> None:
        """Set the totals to zero."""
        ...

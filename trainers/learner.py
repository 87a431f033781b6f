"""What a framework must be able to do for the training loop."""

from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from trainers.framework import Framework


class TrainTotals(NamedTuple):
    """Sums over the training examples since the last reset."""

    loss_sum: float
    """Loss of each example, class weight included, added up."""
    num_correct: int
    """Examples whose largest logit was that of their class."""


class Learner(Protocol):
    """A model with its optimiser, in one framework."""

    framework: Framework
    """Which framework."""
    device: str
    """`cpu`, or the name of the GPU."""
    framework_version: str
    """Version of the framework."""
    weights_file_name: str
    """File name that `save_weights` needs."""
    trainable_parameters: int
    """Numbers that training fits."""
    total_parameters: int
    """Those, and the running means and variances of batch normalisation."""

    def start_epoch(self, epoch: int) -> None:
        """Prepare for the steps of an epoch, counted from 1: what is frozen may change from one to the next."""
        ...

    def train_on_batch(
        self, pixels_BHWC: npt.NDArray[np.float32], label_ids_B: npt.NDArray[np.int64], *, learning_rate: float
    ) -> None:
        """Do one step of the optimiser and add to the totals; need not wait for the device to finish."""
        ...

    def train_totals(self) -> TrainTotals:
        """Return the totals since the last reset; waits for the device."""
        ...

    def reset_train_totals(self) -> None:
        """Set the totals to zero."""
        ...

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return logits, float32 [B, K], as the trained model would answer them."""
        ...

    def save_weights(self, path: Path) -> None:
        """Write the weights, and the statistics of batch normalisation, to a file."""
        ...

    def load_weights(self, path: Path) -> None:
        """Take back what `save_weights` wrote."""
        ...

    def save_state(self, path: Path) -> None:
        """Write all that decides what the next steps do: weights, optimiser, totals and the framework's random states.

        Args:
            path: File to create; its name need not have a suffix.

        Raises:
            OSError: The file cannot be written.
        """
        ...

    def load_state(self, path: Path) -> None:
        """Take back what `save_state` wrote.

        Raises:
            CheckpointError: The state is of another model or optimiser; nothing has been changed.
        """
        ...

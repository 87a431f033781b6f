"""A model under training as whoever follows the training sees it, whatever drives the steps."""

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trainers.framework import Framework
from trainers.optimization_config import Precision


class ObservedModel(Protocol):
    """A model under training: facts, answers, and its weights to a file and back."""

    framework: Framework
    """Which framework."""
    device: str
    """`cpu`, or the name of the GPU."""
    replicas: int
    """Copies of it that share every batch, each on a device of its own."""
    precision: Precision
    """What its training computes in."""
    framework_version: str
    """Version of the framework."""
    weights_file_name: str
    """File name that `save_weights` needs."""
    trainable_parameters: int
    """Numbers that training fits."""
    total_parameters: int
    """Those, and the running means and variances of batch normalisation."""

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return logits, float32 [B, K], as the trained model would answer them."""
        ...

    def save_weights(self, path: Path) -> None:
        """Write the weights, and the statistics of batch normalisation, to a file."""
        ...

    def load_weights(self, path: Path) -> None:
        """Take back what `save_weights` wrote."""
        ...


class TrainedModel(ObservedModel, Protocol):
    """A model whose optimiser and random states are known too, so that its training can go on from a file."""

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

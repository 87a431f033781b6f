"""A real learner small enough to check by hand: logistic regression in NumPy."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainers.augmentation.draw import BatchDraw
from trainers.errors import CheckpointError
from trainers.framework import Framework
from trainers.learner import TrainTotals
from trainers.optimization_config import Precision


class SlopeLearner:
    """Tells two classes apart by the sign of slope * pixel; one number to learn."""

    framework: Framework = "keras"
    device = "cpu"
    replicas = 1
    precision: Precision = "float32"
    framework_version = "1.0"
    weights_file_name = "slope.txt"
    trainable_parameters = 1
    total_parameters = 1

    def __init__(self, *, slope: float = 0.0) -> None:
        self.slope = slope
        self.batches: list[tuple[list[int], float]] = []
        self._totals = TrainTotals(0.0, 0)

    def start_epoch(self, epoch: int) -> None:
        """Nothing is ever frozen here."""

    def train_on_batch(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        self.batches.append((label_ids_B.tolist(), learning_rate))
        pixels_B = pixels_BHWC[:, 0, 0, 0].astype(np.float64)
        signs_B = 2 * label_ids_B - 1
        margins_B = signs_B * self.slope * pixels_B
        loss_sum = float(np.log1p(np.exp(-margins_B)).sum())
        self._totals = TrainTotals(
            self._totals.loss_sum + loss_sum, self._totals.num_correct + int((margins_B > 0).sum())
        )
        self.slope += learning_rate * float((signs_B * pixels_B / (1 + np.exp(margins_B))).mean())

    def train_totals(self) -> TrainTotals:
        return self._totals

    def reset_train_totals(self) -> None:
        self._totals = TrainTotals(0.0, 0)

    def logits_of(self, pixels_BHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        margins_B = (self.slope * pixels_BHWC[:, 0, 0, 0]).astype(np.float32)
        return np.stack([np.zeros_like(margins_B), margins_B], axis=1)

    def save_weights(self, path: Path) -> None:
        path.write_text(repr(self.slope))

    def load_weights(self, path: Path) -> None:
        self.slope = float(path.read_text())

    def save_state(self, path: Path) -> None:
        path.write_text(json.dumps([self.slope, *self._totals]))

    def load_state(self, path: Path) -> None:
        state = json.loads(path.read_text())
        if len(state) != 3:
            raise CheckpointError(f"it holds {len(state)} numbers")
        self.slope = state[0]
        self._totals = TrainTotals(*state[1:])

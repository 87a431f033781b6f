"""What a training run leaves on record; the fields are the same for both frameworks."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from trainers.errors import HistoryFileError
from trainers.framework import Framework
from trainers.optimization_config import Precision
from trainers.recipes.parts import TrainedPart


class EpochRecord(BaseModel):
    """Figures of one epoch."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    epoch: int
    """Number of the epoch, from 1."""
    train_loss: float
    """Mean loss over the epoch's training steps, class weights and label smoothing included; softmax cross-entropy,
    natural logarithm."""
    train_accuracy: float
    """Share of training examples that were right as the epoch went by, 0 to 1."""
    eval_loss: float
    """Mean loss over the evaluation examples after the epoch, without either."""
    eval_accuracy: float
    """Share of evaluation examples that are right after the epoch, 0 to 1."""
    learning_rate: float
    """Learning rate of the epoch's last step."""
    images_per_second: float
    """Training speed, evaluation not counted."""
    input_wait_fraction: float | None = None
    """Share of the training time, evaluation not counted, in which training waited for its next batch, 0 to 1.

    None where another library runs the loop.
    """
    seconds: float
    """Time that the epoch took, evaluation included."""

    def scalars(self) -> dict[str, float]:
        """Return the figures by the name of their TensorBoard chart."""
        figures = {
            "loss/train": self.train_loss,
            "loss/eval": self.eval_loss,
            "accuracy/train": self.train_accuracy,
            "accuracy/eval": self.eval_accuracy,
            "learning_rate": self.learning_rate,
            "images_per_second": self.images_per_second,
            "input_wait_fraction": self.input_wait_fraction,
        }
        return {name: figure for name, figure in figures.items() if figure is not None}


class InitialEvaluation(BaseModel):
    """Figures of the weights that training started from: an epoch 0."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    eval_loss: float
    """Mean loss over the evaluation examples before the first step; softmax cross-entropy, natural logarithm."""
    eval_accuracy: float
    """Share of evaluation examples that are right before the first step, 0 to 1."""

    def scalars(self) -> dict[str, float]:
        """Return the figures by the name of their TensorBoard chart."""
        return {"loss/eval": self.eval_loss, "accuracy/eval": self.eval_accuracy}


class TrainingHistory(BaseModel):
    """The course of one training run."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    framework: Framework
    """Which side trained."""
    device: str
    """`cpu`, or the name of the GPU."""
    replicas: int = 1
    """Copies of the model that shared every batch, each on such a device."""
    precision: Precision
    """What training computed in."""
    trainable_parameters: int
    """Numbers that training fits."""
    total_parameters: int
    """Those, and the running means and variances of batch normalisation."""
    train_examples: int
    """Training examples."""
    eval_examples: int
    """Evaluation examples."""
    initial: InitialEvaluation | None = None
    """What a warm start began with; None where training began with random or with a library's weights, or where another
    library ran the loop."""
    epochs: tuple[EpochRecord, ...]
    """Every epoch that ran, in order."""
    best_epoch: int
    """Number of the epoch whose weights the trained model has."""
    stopped_early: bool
    """Whether early stopping ended the run before its last epoch."""
    train_seconds: float
    """Time spent on training, evaluation included. In a run that was resumed, that of all attempts together; work that
    was lost, because it was done after the checkpoint, is not counted."""
    parts: tuple[TrainedPart, ...] = ()
    """What was frozen, what was trained, from when on and how fast: the blocks in order, then the head."""
    resumed: int
    """How many times the run went on from a checkpoint of an attempt that was killed."""
    suggested_learning_rate: float | None = None
    """What fastai's `lr_find` suggested before the run; None where it was not asked."""

    @property
    def best(self) -> EpochRecord:
        """The record of the best epoch."""
        return self.epochs[self.best_epoch - 1]

    def write(self, path: Path) -> None:
        """Write JSON to the path, all of it or nothing; an older file is replaced.

        Args:
            path: File in an existing folder.
        """
        unfinished = path.with_name(f".{path.name}.unfinished")
        unfinished.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        os.replace(unfinished, path)

    @classmethod
    def read(cls, path: Path) -> "TrainingHistory":
        """Read what `write` wrote.

        Raises:
            HistoryFileError: The file is missing or holds something else.
        """
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise HistoryFileError(f"training history {path} cannot be read: {error.strerror}.") from error
        except ValidationError as error:
            raise HistoryFileError(f"{path} holds no training history of this version: {error}") from error

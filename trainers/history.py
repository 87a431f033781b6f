"""What a training run leaves on record; the fields are the same for both frameworks."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from trainers.errors import HistoryFileError
from trainers.framework import Framework
from trainers.recipes.parts import TrainedPart


class EpochRecord(BaseModel):
    """Figures of one epoch."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    epoch: int
    """Number of the epoch, from 1."""
    train_loss: float
    """Mean loss over the epoch's training steps, class weights included; softmax cross-entropy, natural logarithm."""
    train_accuracy: float
    """Share of training examples that were right as the epoch went by, 0 to 1."""
    eval_loss: float
    """Mean loss over the evaluation examples after the epoch, without class weights."""
    eval_accuracy: float
    """Share of evaluation examples that are right after the epoch, 0 to 1."""
    learning_rate: float
    """Learning rate of the epoch's last step."""
    images_per_second: float
    """Training speed, evaluation not counted."""
    seconds: float
    """Time that the epoch took, evaluation included."""


class TrainingHistory(BaseModel):
    """The course of one training run."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    framework: Framework
    """Which side trained."""
    device: str
    """`cpu`, or the name of the GPU."""
    trainable_parameters: int
    """Numbers that training fits."""
    total_parameters: int
    """Those, and the running means and variances of batch normalisation."""
    train_examples: int
    """Training examples."""
    eval_examples: int
    """Evaluation examples."""
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

"""Live metrics of a training run: one event type for both frameworks, published through logging.

Events go to the logger `tandem.progress` with the event attached to the record as `progress`. A handler can draw
them; a process without one just logs lines.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from trainers.framework import Framework

PROGRESS_LOGGER = "tandem.progress"
"""Name of the logger that carries progress events."""


@dataclass(frozen=True, kw_only=True)
class TrainingProgress:
    """Where a training run stands."""

    framework: Framework
    """Which side is training."""
    epoch: int
    """Current epoch, from 1."""
    epochs: int
    """Epochs of the run, at most."""
    step: int
    """Steps done in this epoch."""
    steps_per_epoch: int
    """Steps of an epoch."""
    loss: float
    """Mean training loss of this epoch so far."""
    accuracy: float
    """Share of this epoch's training examples so far that were right, 0 to 1."""
    learning_rate: float
    """Learning rate of the last step."""
    images_per_second: float
    """Training speed in this epoch so far."""
    eval_loss: float | None
    """Evaluation loss after the epoch; None within it."""
    eval_accuracy: float | None
    """Evaluation accuracy after the epoch, 0 to 1; None within it."""
    eta_seconds: float
    """Time that the rest of the run takes if it goes on like this and does not stop early."""
    resumed: bool = False
    """Whether this says where a run goes on from a checkpoint; such an event comes first."""
    trial: int | None = None
    """Number of the trial that trains, from 1; None outside of a search."""
    trials: int | None = None
    """Trials of the search."""

    def with_evaluation(self, *, loss: float, accuracy: float) -> "TrainingProgress":
        """Return the same event with the evaluation's figures."""
        return replace(self, eval_loss=loss, eval_accuracy=accuracy)

    def __str__(self) -> str:
        """Return the event as one readable line."""
        line = "" if self.trial is None else f"trial {self.trial} of {self.trials}, "
        line += f"resumed at epoch {self.epoch} step {self.step}: " if self.resumed else ""
        line += (
            f"{self.framework} epoch {self.epoch}/{self.epochs} step {self.step}/{self.steps_per_epoch}: "
            f"loss {self.loss:.4f}, accuracy {self.accuracy:.1%}"
        )
        if self.eval_loss is not None and self.eval_accuracy is not None:
            line += f", eval loss {self.eval_loss:.4f}, eval accuracy {self.eval_accuracy:.1%}"
        line += f", learning rate {self.learning_rate:.2g}"
        return f"{line}, {self.images_per_second:.0f} images/s, {self.eta_seconds:.0f} s left"


Report = Callable[[TrainingProgress], None]
"""Takes each event as it happens; must return quickly, training waits for it."""


def log_progress(progress: TrainingProgress) -> None:
    """Publish an event: level INFO with evaluation figures or when resumed, else DEBUG."""
    level = logging.DEBUG if progress.eval_loss is None and not progress.resumed else logging.INFO
    logging.getLogger(PROGRESS_LOGGER).log(level, "%s", progress, extra={"progress": progress})


class Throttle:
    """Tells when enough time has passed to report again; takes the clock's reading as an argument."""

    def __init__(self, *, interval_seconds: float) -> None:
        """Start ready to fire.

        Args:
            interval_seconds: Time that must pass between two firings.
        """
        self._interval_seconds = interval_seconds
        self._next_seconds = float("-inf")

    def fires(self, now_seconds: float) -> bool:
        """Return whether the interval has passed since the last time that this was true."""
        if now_seconds < self._next_seconds:
            return False
        self._next_seconds = now_seconds + self._interval_seconds
        return True

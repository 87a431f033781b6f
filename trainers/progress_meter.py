"""Reads off a run in progress: loss, accuracy, speed and the time that is left."""

import math
from typing import Protocol

from trainers.config import TrainConfig
from trainers.divergence import diagnose_divergence
from trainers.errors import DivergedError
from trainers.framework import Framework
from trainers.history import EpochRecord
from trainers.learner import TrainTotals
from trainers.progress import TrainingProgress
from trainers.run_clock import RunClock


class HasTotals(Protocol):
    """What is read while a run is in progress."""

    framework: Framework
    """Which framework."""

    def train_totals(self) -> TrainTotals:
        """Return the sums over the epoch's training examples so far."""
        ...


class ProgressMeter:
    """Makes the events of one run."""

    def __init__(self, learner: HasTotals, config: TrainConfig, *, train_examples: int, clock: RunClock) -> None:
        """Prepare for a run.

        Args:
            learner: Gives the totals of the model under training.
            config: How it is trained.
            train_examples: Examples of an epoch, at least 1.
            clock: Time spent on the run.
        """
        self._learner = learner
        self._config = config
        self._train_examples = train_examples
        self._clock = clock
        self.steps_per_epoch = math.ceil(train_examples / config.batch_size_examples)
        self.total_steps = self.steps_per_epoch * config.epochs
        self._last_loss: float | None = None
        self._lowest_loss = math.inf

    def within_epoch(self, epoch: int, step: int, *, learning_rate: float) -> TrainingProgress:
        """Return how the run stands after a step of an epoch, both counted from 1.

        Args:
            epoch: The epoch.
            step: The step.
            learning_rate: Rate of that step.

        Raises:
            DivergedError: The training loss is not a finite number.
        """
        totals = self._learner.train_totals()
        self.check_finite(totals.loss_sum, "training loss", epoch, step, learning_rate=learning_rate)
        num_examples = min(step * self._config.batch_size_examples, self._train_examples)
        self._last_loss = totals.loss_sum / num_examples
        self._lowest_loss = min(self._lowest_loss, self._last_loss)
        return TrainingProgress(
            framework=self._learner.framework,
            epoch=epoch,
            epochs=self._config.epochs,
            step=step,
            steps_per_epoch=self.steps_per_epoch,
            loss=self._last_loss,
            accuracy=totals.num_correct / num_examples,
            learning_rate=learning_rate,
            images_per_second=num_examples / max(self._clock.epoch_seconds, 1e-9),
            eval_loss=None,
            eval_accuracy=None,
            eta_seconds=self._eta_seconds(epoch, step),
        )

    def after_epoch(self, record: EpochRecord) -> TrainingProgress:
        """Return how the run stands after the epoch of a record."""
        return TrainingProgress(
            framework=self._learner.framework,
            epoch=record.epoch,
            epochs=self._config.epochs,
            step=self.steps_per_epoch,
            steps_per_epoch=self.steps_per_epoch,
            loss=record.train_loss,
            accuracy=record.train_accuracy,
            learning_rate=record.learning_rate,
            images_per_second=record.images_per_second,
            eval_loss=record.eval_loss,
            eval_accuracy=record.eval_accuracy,
            eta_seconds=self._eta_seconds(record.epoch, self.steps_per_epoch),
        )

    def check_finite(self, loss: float, name: str, epoch: int, step: int, *, learning_rate: float) -> None:
        """Check a loss.

        Raises:
            DivergedError: It is not a finite number.
        """
        if not math.isfinite(loss):
            raise DivergedError(
                diagnose_divergence(
                    loss=loss,
                    name=name,
                    epoch=epoch,
                    step=step,
                    learning_rate=learning_rate,
                    last_loss=self._last_loss,
                    lowest_loss=self._lowest_loss,
                    config=self._config,
                )
            )

    def _eta_seconds(self, epoch: int, step: int) -> float:
        steps_done = (epoch - 1) * self.steps_per_epoch + step
        return self._clock.run_seconds * (self.total_steps / steps_done - 1)

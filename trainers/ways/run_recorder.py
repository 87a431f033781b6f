"""The record of a training that another library drives: the same figures, events and best epoch as the built-in loop.

The library's callbacks call `observe` after steps and `end_epoch` after epochs.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from trainers.config import TrainConfig
from trainers.early_stopping import EarlyStopping
from trainers.evaluation import evaluate
from trainers.event_log import EventLog
from trainers.example_split import TrainingData
from trainers.history import EpochRecord, TrainingHistory
from trainers.learner import TrainTotals
from trainers.progress import Report, Throttle
from trainers.progress_meter import ProgressMeter
from trainers.run_clock import Clock, RunClock
from trainers.trained_model import ObservedModel

_REPORT_INTERVAL_SECONDS = 0.25


class RunRecorder:
    """Follows one run; use it as a context manager around the library's own training."""

    def __init__(
        self,
        model: ObservedModel,
        data: TrainingData,
        config: TrainConfig,
        *,
        work_dir: Path,
        report: Report,
        clock: Clock = time.monotonic,
    ) -> None:
        """Prepare for a run.

        Args:
            model: The model that the library trains.
            data: What it is trained on and judged by.
            config: How it is trained.
            work_dir: Existing folder that gets `tensorboard/` and the weights of the best epoch.
            report: Takes progress events as they happen.
            clock: Where elapsed time comes from.
        """
        self.framework = model.framework
        self.best_weights = work_dir / model.weights_file_name
        self.clock = RunClock(clock)
        self.records: list[EpochRecord] = []
        self.resumed = 0
        self._model, self._data, self._config, self._report = model, data, config, report
        self._event_log = EventLog(work_dir / "tensorboard", clock=time.time)
        self._meter = ProgressMeter(self, config, train_examples=data.train.num_examples, clock=self.clock)
        self._throttle = Throttle(interval_seconds=_REPORT_INTERVAL_SECONDS)
        self._stopping = EarlyStopping(patience_epochs=config.early_stopping_patience_epochs)
        self._totals = TrainTotals(0.0, 0)
        self._accuracy_is_known = False
        self._learning_rate = 0.0

    def __enter__(self) -> "RunRecorder":
        """Return the recorder itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the charts."""
        self._event_log.__exit__(kind, error, traceback)

    @property
    def steps_per_epoch(self) -> int:
        """Steps of an epoch."""
        return self._meter.steps_per_epoch

    @property
    def total_steps(self) -> int:
        """Steps of the whole run, all epochs together."""
        return self._meter.total_steps

    @property
    def is_over(self) -> bool:
        """Whether every epoch has run, or early stopping has ended the run."""
        return len(self.records) >= self._config.epochs or self._stopping.should_stop

    def train_totals(self) -> TrainTotals:
        """Return the sums over this epoch's training examples, as far as they were observed."""
        return self._totals

    def resume(self, records: Sequence[EpochRecord], *, run_seconds: float, resumed: int) -> None:
        """Go on after the epochs of an earlier attempt.

        Args:
            records: Every epoch that ended, at least one.
            run_seconds: Time spent on them.
            resumed: How many times the run has gone on from a checkpoint, this time included.
        """
        for record in records:
            self._add(record)
        self.resumed = resumed
        self.clock.continue_from(run_seconds=run_seconds, epoch_seconds=0.0, epoch_wait_seconds=0.0)
        self._report(replace(self._meter.after_epoch(self.records[-1]), resumed=True))

    def observe(self, step: int, *, loss: float, accuracy: float | None, learning_rate: float) -> None:
        """Take in how the epoch has gone so far.

        Args:
            step: Steps done in the epoch.
            loss: Mean training loss of the epoch so far, as the library computes it.
            accuracy: Share of the epoch's examples so far that were right, 0 to 1; None where nobody can tell.
            learning_rate: Rate of the library's optimiser, of its last group of weights where there are several.

        Raises:
            DivergedError: The loss is not a finite number.
        """
        num_examples = min(step * self._config.batch_size_examples, self._data.train.num_examples)
        self._totals = TrainTotals(loss * num_examples, round((accuracy or 0.0) * num_examples))
        self._accuracy_is_known = accuracy is not None
        self._learning_rate = learning_rate
        self._meter.check_finite(loss, "training loss", len(self.records) + 1, step, learning_rate=learning_rate)
        if accuracy is not None and step < self.steps_per_epoch and self._throttle.fires(self.clock.now_seconds):
            self._report(self._meter.within_epoch(len(self.records) + 1, step, learning_rate=learning_rate))

    def end_epoch(self) -> None:
        """Evaluate the model, keep its weights where they are the best so far, and tell of the epoch.

        Where nobody could tell the training accuracy, the model is run over the train split for it.

        Raises:
            DivergedError: The loss is not a finite number.
        """
        epoch, batch_size = len(self.records) + 1, self._config.batch_size_examples
        learning_rate = self._learning_rate
        progress = self._meter.within_epoch(epoch, self.steps_per_epoch, learning_rate=learning_rate)
        if not self._accuracy_is_known:
            on_train = evaluate(self._model.logits_of, self._data.train, batch_size_examples=batch_size)
            progress = replace(progress, accuracy=on_train.accuracy)
        evaluation = evaluate(self._model.logits_of, self._data.eval, batch_size_examples=batch_size)
        self._meter.check_finite(
            evaluation.loss, "evaluation loss", epoch, self.steps_per_epoch, learning_rate=learning_rate
        )
        self._report(progress.with_evaluation(loss=evaluation.loss, accuracy=evaluation.accuracy))
        record = EpochRecord(
            epoch=epoch,
            train_loss=progress.loss,
            train_accuracy=progress.accuracy,
            eval_loss=evaluation.loss,
            eval_accuracy=evaluation.accuracy,
            learning_rate=learning_rate,
            images_per_second=progress.images_per_second,
            seconds=self.clock.epoch_seconds,
        )
        self._add(record)
        if self._stopping.is_best:
            self._model.save_weights(self.best_weights)
        self.clock.start_epoch()

    def history(self) -> TrainingHistory:
        """Return the course of the run so far."""
        return TrainingHistory(
            framework=self._model.framework,
            device=self._model.device,
            replicas=self._model.replicas,
            precision=self._model.precision,
            trainable_parameters=self._model.trainable_parameters,
            total_parameters=self._model.total_parameters,
            train_examples=self._data.train.num_examples,
            eval_examples=self._data.eval.num_examples,
            epochs=tuple(self.records),
            best_epoch=self._stopping.best_epoch or 1,
            stopped_early=len(self.records) < self._config.epochs,
            train_seconds=self.clock.run_seconds,
            resumed=self.resumed,
        )

    def _add(self, record: EpochRecord) -> None:
        self.records.append(record)
        self._stopping = self._stopping.after_epoch(eval_accuracy=record.eval_accuracy, eval_loss=record.eval_loss)
        self._event_log.write_scalars(record.scalars(), step=record.epoch)

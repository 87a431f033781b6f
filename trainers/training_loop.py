"""The training loop that both frameworks share: epochs, steps, evaluation, best epoch, early stopping, records."""

import logging
import math
import time
from collections.abc import Callable
from pathlib import Path

from trainers.config import TrainConfig
from trainers.early_stopping import EarlyStopping
from trainers.errors import DivergedError, TrainingDataError
from trainers.evaluation import evaluate
from trainers.event_log import EventLog
from trainers.example_split import TrainingData
from trainers.history import EpochRecord, TrainingHistory
from trainers.learner import Learner
from trainers.learning_rate import learning_rate_at
from trainers.progress import Report, Throttle, TrainingProgress

Clock = Callable[[], float]
"""Gives seconds; only differences count."""

_REPORT_INTERVAL_SECONDS = 0.25
_MIN_CLASSES = 2

_logger = logging.getLogger(__name__)


def check_training_data(data: TrainingData) -> None:
    """Check that training on this data makes sense, before anything is built.

    Raises:
        TrainingDataError: A split is empty, a label has no class, or there are fewer than two classes.
    """
    if data.num_classes < _MIN_CLASSES:
        raise TrainingDataError(f"training needs at least two classes; the data has {list(data.class_names)}.")
    for name, split in (("train", data.train), ("eval", data.eval)):
        if split.num_examples == 0:
            raise TrainingDataError(f"the {name} split has no examples; add images or change the split fractions.")
    counts_K = data.train.class_counts(data.num_classes)
    missing = [name for name, count in zip(data.class_names, counts_K, strict=True) if count == 0]
    if missing:
        raise TrainingDataError(f"the train split has no example of {', '.join(missing)}; add images of it.")
    data.eval.class_counts(data.num_classes)


class TrainingLoop:
    """One run over the data; call `run` once."""

    def __init__(
        self,
        learner: Learner,
        data: TrainingData,
        config: TrainConfig,
        *,
        report: Report,
        clock: Clock = time.monotonic,
    ) -> None:
        """Prepare a run.

        Args:
            learner: The model to train, with its optimiser.
            data: What to train on; `check_training_data` has passed it.
            config: How to train.
            report: Called at most about four times a second, and after every epoch.
            clock: Where elapsed time comes from.
        """
        self._learner = learner
        self._data = data
        self._config = config
        self._report = report
        self._clock = clock
        self._throttle = Throttle(interval_seconds=_REPORT_INTERVAL_SECONDS)
        self._steps_per_epoch = math.ceil(data.train.num_examples / config.batch_size_examples)
        self._total_steps = self._steps_per_epoch * config.epochs
        self._started_seconds = clock()

    def run(self, *, work_dir: Path) -> TrainingHistory:
        """Train, then put the weights of the best epoch back into the model.

        Args:
            work_dir: Folder to leave `tensorboard/` and the best epoch's checkpoint in; created where missing.

        Raises:
            DivergedError: The loss stopped being a finite number.
        """
        work_dir.mkdir(parents=True, exist_ok=True)
        checkpoint = work_dir / self._learner.checkpoint_name
        stopping = EarlyStopping(patience_epochs=self._config.early_stopping_patience_epochs)
        records: list[EpochRecord] = []
        with EventLog(work_dir / "tensorboard", clock=time.time) as event_log:
            while len(records) < self._config.epochs and not stopping.should_stop:
                record = self._run_epoch(len(records) + 1)
                records.append(record)
                event_log.write_scalars(_scalars(record), step=record.epoch)
                stopping = stopping.after_epoch(eval_accuracy=record.eval_accuracy, eval_loss=record.eval_loss)
                if stopping.is_best:
                    self._learner.save_checkpoint(checkpoint)
        self._learner.load_checkpoint(checkpoint)
        history = self._history(records, stopping)
        best_percent = 100 * history.best.eval_accuracy
        _logger.info("Best epoch: %d of %d, eval accuracy %.1f%%.", history.best_epoch, len(records), best_percent)
        return history

    def _run_epoch(self, epoch: int) -> EpochRecord:
        began_seconds = self._clock()
        self._learner.reset_train_totals()
        learning_rate = self._train_epoch(epoch, began_seconds)
        train_progress = self._progress(epoch, self._steps_per_epoch, began_seconds)
        evaluation = evaluate(
            self._learner.logits_of, self._data.eval, batch_size_examples=self._config.batch_size_examples
        )
        self._check_finite(evaluation.loss, "evaluation loss", epoch, self._steps_per_epoch)
        self._report(train_progress.with_evaluation(loss=evaluation.loss, accuracy=evaluation.accuracy))
        return EpochRecord(
            epoch=epoch,
            train_loss=train_progress.loss,
            train_accuracy=train_progress.accuracy,
            eval_loss=evaluation.loss,
            eval_accuracy=evaluation.accuracy,
            learning_rate=learning_rate,
            images_per_second=train_progress.images_per_second,
            seconds=self._clock() - began_seconds,
        )

    def _train_epoch(self, epoch: int, began_seconds: float) -> float:
        """Do the steps of one epoch and return the last learning rate."""
        learning_rate = 0.0
        first_step = (epoch - 1) * self._steps_per_epoch
        batches = self._data.train.batches(self._config.batch_size_examples, shuffle_seed=self._config.seed + epoch)
        for step, (pixels_BHWC, label_ids_B) in enumerate(batches):
            learning_rate = learning_rate_at(first_step + step, total_steps=self._total_steps, config=self._config)
            self._learner.train_on_batch(pixels_BHWC, label_ids_B, learning_rate=learning_rate)
            if step + 1 < self._steps_per_epoch and self._throttle.fires(self._clock()):
                self._report(self._progress(epoch, step + 1, began_seconds))
        return learning_rate

    def _progress(self, epoch: int, step: int, began_seconds: float) -> TrainingProgress:
        totals = self._learner.train_totals()
        self._check_finite(totals.loss_sum, "training loss", epoch, step)
        now_seconds = self._clock()
        num_examples = min(step * self._config.batch_size_examples, self._data.train.num_examples)
        steps_done = (epoch - 1) * self._steps_per_epoch + step
        return TrainingProgress(
            framework=self._learner.framework,
            epoch=epoch,
            epochs=self._config.epochs,
            step=step,
            steps_per_epoch=self._steps_per_epoch,
            loss=totals.loss_sum / num_examples,
            accuracy=totals.num_correct / num_examples,
            images_per_second=num_examples / max(now_seconds - began_seconds, 1e-9),
            eval_loss=None,
            eval_accuracy=None,
            eta_seconds=(now_seconds - self._started_seconds) * (self._total_steps / steps_done - 1),
        )

    def _check_finite(self, loss: float, name: str, epoch: int, step: int) -> None:
        if not math.isfinite(loss):
            raise DivergedError(
                f"the {name} is {loss} by step {step} of epoch {epoch}; training diverged. Lower learning_rate "
                f"(it is {self._config.learning_rate:g}) or raise warmup_fraction (it is "
                f"{self._config.warmup_fraction:g}), and check the model for logarithms or divisions."
            )

    def _history(self, records: list[EpochRecord], stopping: EarlyStopping) -> TrainingHistory:
        return TrainingHistory(
            framework=self._learner.framework,
            device=self._learner.device,
            trainable_parameters=self._learner.trainable_parameters,
            total_parameters=self._learner.total_parameters,
            train_examples=self._data.train.num_examples,
            eval_examples=self._data.eval.num_examples,
            epochs=tuple(records),
            best_epoch=stopping.best_epoch or 1,
            stopped_early=len(records) < self._config.epochs,
        )


def _scalars(record: EpochRecord) -> dict[str, float]:
    return {
        "loss/train": record.train_loss,
        "loss/eval": record.eval_loss,
        "accuracy/train": record.train_accuracy,
        "accuracy/eval": record.eval_accuracy,
        "learning_rate": record.learning_rate,
        "images_per_second": record.images_per_second,
    }

"""The training loop that both frameworks share: epochs, steps, evaluation, best epoch, early stopping, records."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from trainers.augmentation.draw import BatchDraw
from trainers.augmentation.sampler import AugmentationSampler
from trainers.checkpoints.run_fingerprint import run_fingerprint
from trainers.checkpoints.run_position import RunPosition
from trainers.checkpoints.saving import Checkpoints
from trainers.config import TrainConfig
from trainers.early_stopping import EarlyStopping
from trainers.evaluation import evaluate
from trainers.event_log import EventLog
from trainers.example_split import Batch, TrainingData
from trainers.history import EpochRecord, InitialEvaluation, TrainingHistory
from trainers.initial_evaluation import evaluate_start
from trainers.learner import Learner
from trainers.learning_rate import learning_rate_at
from trainers.plateau import PlateauReduction
from trainers.prefetch import BATCHES_AHEAD, prefetched
from trainers.progress import Report, Throttle, TrainingProgress
from trainers.progress_meter import ProgressMeter
from trainers.run_clock import Clock, RunClock

_REPORT_INTERVAL_SECONDS = 0.25

_logger = logging.getLogger(__name__)


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
            report: Called first when a run is resumed, then at most about four times a second and after every epoch.
            clock: Where elapsed time comes from.
        """
        self._learner = learner
        self._data = data
        self._config = config
        self._report = report
        self._throttle = Throttle(interval_seconds=_REPORT_INTERVAL_SECONDS)
        self._clock = RunClock(clock)
        self._meter = ProgressMeter(learner, config, train_examples=data.train.num_examples, clock=self._clock)
        self._sampler = AugmentationSampler(
            config.augmentation, image_shape=data.image_shape, color_range=data.color_range, seed=config.seed
        )
        self._checkpoints: Checkpoints | None = None
        self._initial: InitialEvaluation | None = None
        self._records: list[EpochRecord] = []
        self._stopping = EarlyStopping(
            patience_epochs=config.early_stopping_patience_epochs, min_delta=config.early_stopping_min_delta
        )
        self._plateau = PlateauReduction(
            patience_epochs=config.optimization.plateau_patience_epochs,
            factor=config.optimization.plateau_factor,
            min_delta=config.optimization.plateau_min_delta,
        )
        self._resumed = 0

    def run(self, *, work_dir: Path, checkpoint_dir: Path | None = None) -> TrainingHistory:
        """Train, then put the weights of the best epoch back into the model.

        Args:
            work_dir: Folder to leave `tensorboard/` and the best epoch's weights in; created where missing.
            checkpoint_dir: Folder with the checkpoints of earlier attempts at this run, if any, for more of them; the
                run goes on from the newest that fits. None: no checkpoints.

        Raises:
            DivergedError: The loss stopped being a finite number.
        """
        work_dir.mkdir(parents=True, exist_ok=True)
        best_weights = work_dir / self._learner.weights_file_name
        skip_steps = 0 if checkpoint_dir is None else self._resume(checkpoint_dir, best_weights)
        if not self._records and not skip_steps:
            self._initial = evaluate_start(self._learner, self._data.eval, self._config)
            self._clock.start_epoch()
        with EventLog(work_dir / "tensorboard", clock=time.time) as event_log:
            if self._initial is not None:
                event_log.write_scalars(self._initial.scalars(), step=0)
            for record in self._records:
                event_log.write_scalars(record.scalars(), step=record.epoch)
            while len(self._records) < self._config.epochs and not self._stopping.should_stop:
                record = self._run_epoch(len(self._records) + 1, skip_steps)
                skip_steps = 0
                event_log.write_scalars(record.scalars(), step=record.epoch)
                self._add(record)
                if self._stopping.is_best:
                    self._learner.save_weights(best_weights)
                self._clock.start_epoch()
                self._save_if_due(step=0)
        self._learner.load_weights(best_weights)
        return self._history()

    def _resume(self, checkpoint_dir: Path, best_weights: Path) -> int:
        """Go on from the newest checkpoint that fits; return how many steps of the next epoch are done already."""
        self._checkpoints = Checkpoints(
            checkpoint_dir,
            self._learner,
            fingerprint=run_fingerprint(self._learner, self._data, self._config),
            best_weights=best_weights,
            interval_seconds=self._config.checkpoint_interval_seconds,
            clock=self._clock,
        )
        position = self._checkpoints.resume()
        if position is None:
            return 0
        self._initial = position.initial
        for record in position.records:
            self._add(record)
        self._resumed = position.resumed + 1
        self._clock.continue_from(
            run_seconds=position.run_seconds,
            epoch_seconds=position.epoch_seconds,
            epoch_wait_seconds=position.epoch_wait_seconds,
        )
        if position.step:
            progress = self._within_epoch(len(self._records) + 1, position.step)
        else:
            progress = self._meter.after_epoch(self._records[-1])
        self._report(replace(progress, resumed=True))
        return position.step

    def _add(self, record: EpochRecord) -> None:
        self._records.append(record)
        self._stopping = self._stopping.after_epoch(eval_accuracy=record.eval_accuracy, eval_loss=record.eval_loss)
        if self._config.learning_rate_schedule == "reduce_on_plateau":
            self._plateau = self._plateau.after_epoch(eval_loss=record.eval_loss)

    def _run_epoch(self, epoch: int, skip_steps: int) -> EpochRecord:
        self._learner.start_epoch(epoch)
        if skip_steps == 0:
            self._learner.reset_train_totals()
        self._train_epoch(epoch, skip_steps)
        progress = self._within_epoch(epoch, self._meter.steps_per_epoch)
        input_wait_fraction = self._clock.epoch_wait_seconds / max(self._clock.epoch_seconds, 1e-9)
        evaluation = evaluate(
            self._learner.logits_of, self._data.eval, batch_size_examples=self._config.batch_size_examples
        )
        self._meter.check_finite(
            evaluation.loss,
            "evaluation loss",
            epoch,
            self._meter.steps_per_epoch,
            learning_rate=progress.learning_rate,
        )
        self._report(progress.with_evaluation(loss=evaluation.loss, accuracy=evaluation.accuracy))
        return EpochRecord(
            epoch=epoch,
            train_loss=progress.loss,
            train_accuracy=progress.accuracy,
            eval_loss=evaluation.loss,
            eval_accuracy=evaluation.accuracy,
            learning_rate=progress.learning_rate,
            images_per_second=progress.images_per_second,
            input_wait_fraction=input_wait_fraction,
            seconds=self._clock.epoch_seconds,
        )

    def _inputs(self, epoch: int, skip_steps: int) -> Iterator[tuple[int, Batch, BatchDraw | None]]:
        """Yield the steps of an epoch that are left, with their batches and how to distort them."""
        batches = self._data.train.batches(
            self._config.batch_size_examples,
            shuffle_seed=self._config.seed + epoch,
            sampling=self._config.optimization.sampling,
            skip_batches=skip_steps,
        )
        for step, batch in enumerate(batches, start=skip_steps + 1):
            yield step, batch, self._sampler.draw(epoch=epoch, step=step, num_images=len(batch[1]))

    def _train_epoch(self, epoch: int, skip_steps: int) -> None:
        inputs = prefetched(self._inputs(epoch, skip_steps), ahead=BATCHES_AHEAD)
        for step, (pixels_BHWC, label_ids_B), draw in self._clock.waiting_for(inputs):
            learning_rate = self._learning_rate(epoch, step)
            self._learner.train_on_batch(pixels_BHWC, label_ids_B, learning_rate=learning_rate, draw=draw)
            if step < self._meter.steps_per_epoch and self._throttle.fires(self._clock.now_seconds):
                self._report(self._within_epoch(epoch, step))
            self._save_if_due(step=step)

    def _within_epoch(self, epoch: int, step: int) -> TrainingProgress:
        return self._meter.within_epoch(epoch, step, learning_rate=self._learning_rate(epoch, step))

    def _learning_rate(self, epoch: int, step: int) -> float:
        steps_before = (epoch - 1) * self._meter.steps_per_epoch + step - 1
        scheduled = learning_rate_at(steps_before, total_steps=self._meter.total_steps, config=self._config)
        return scheduled * self._plateau.scale

    def _save_if_due(self, *, step: int) -> None:
        if self._checkpoints is None or not self._checkpoints.is_due:
            return
        position = RunPosition(
            initial=self._initial,
            records=tuple(self._records),
            step=step,
            run_seconds=self._clock.run_seconds,
            epoch_seconds=self._clock.epoch_seconds,
            epoch_wait_seconds=self._clock.epoch_wait_seconds,
            resumed=self._resumed,
        )
        self._checkpoints.save(position)

    def _history(self) -> TrainingHistory:
        history = TrainingHistory(
            framework=self._learner.framework,
            device=self._learner.device,
            replicas=self._learner.replicas,
            precision=self._learner.precision,
            trainable_parameters=self._learner.trainable_parameters,
            total_parameters=self._learner.total_parameters,
            train_examples=self._data.train.num_examples,
            eval_examples=self._data.eval.num_examples,
            initial=self._initial,
            epochs=tuple(self._records),
            best_epoch=self._stopping.best_epoch or 1,
            stopped_early=len(self._records) < self._config.epochs,
            train_seconds=self._clock.run_seconds,
            resumed=self._resumed,
        )
        _logger.info(
            "Best epoch: %d of %d, eval accuracy %.1f%%.",
            history.best_epoch,
            len(history.epochs),
            100 * history.best.eval_accuracy,
        )
        return history

"""Training a Keras model by `keras.Model.fit`, with its own `train_step` where it has one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers.class_weights import class_weights
from trainers.config import TrainConfig
from trainers.errors import TrainingWayError
from trainers.example_split import Batch, TrainingData
from trainers.history import TrainingHistory
from trainers.keras_trainer.fitted_model import FittedModel
from trainers.keras_trainer.optimizer import make_optimizer
from trainers.learning_rate import learning_rate_at
from trainers.progress import Report, log_progress
from trainers.training_data_check import check_training_data
from trainers.ways.epoch_checkpoints import EpochCheckpoints
from trainers.ways.run_recorder import RunRecorder

_WeightedBatch = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], npt.NDArray[np.float32]]
"""A batch, and how much each of its examples counts, float32 [B]."""
_ACCURACY_NAMES = ("accuracy", "acc", "sparse_categorical_accuracy")


def fit(
    model: keras.Model,
    data: TrainingData,
    config: TrainConfig,
    *,
    work_dir: Path,
    checkpoint_dir: Path | None = None,
    report: Report = log_progress,
) -> TrainingHistory:
    """Train a model in place by its `fit`; it ends with the weights of its best epoch.

    A model that comes compiled keeps its optimiser, loss, metrics and learning rate; one that does not is compiled as
    the configuration says. Batches are those of the built-in loop, in the same order; a run that was killed goes on
    after its last epoch with a checkpoint.

    Args:
        model: From pixels float32 [N, H, W, C] to logits [N, K].
        data: Examples to train on and to judge by.
        config: How to train. Its seed becomes Keras' global random state.
        work_dir: Folder that gets `tensorboard/` and `best.weights.h5`; created where missing.
        checkpoint_dir: Folder that outlives a killed attempt; None for no checkpoints.
        report: Takes progress events as they happen.

    Raises:
        TrainingDataError: The data cannot be trained on.
        TrainingWayError: The settings ask for what `fit` does not do, or `train_step` returns no loss.
        DivergedError: The loss stopped being a finite number.
    """
    check_training_data(data, batch_size_examples=config.batch_size_examples)
    keras.utils.set_random_seed(config.seed)
    tf.random.set_global_generator(tf.random.Generator.from_seed(config.seed))
    work_dir.mkdir(parents=True, exist_ok=True)
    is_scheduled = not model.compiled
    if is_scheduled:
        _compile(model, config)
    model.optimizer.build(model.trainable_variables)
    fitted = FittedModel(model, data.image_shape)
    with RunRecorder(fitted, data, config, work_dir=work_dir, report=report) as recorder:
        checkpoints = EpochCheckpoints(checkpoint_dir, fitted, recorder, data=data, config=config)
        checkpoints.resume()
        if not recorder.is_over:
            model.fit(
                _batches(data, config, first_epoch=len(recorder.records) + 1),
                initial_epoch=len(recorder.records),
                epochs=config.epochs,
                steps_per_epoch=recorder.steps_per_epoch,
                shuffle=False,
                callbacks=[_Recording(recorder, checkpoints, config if is_scheduled else None)],
                verbose=0,
            )
        fitted.load_weights(recorder.best_weights)
        return recorder.history()


def _compile(model: keras.Model, config: TrainConfig) -> None:
    if config.weight_decay and config.optimizer != "adamw":
        raise TrainingWayError(
            f"train.way 'keras_fit' has weight decay with the optimizer adamw only, not with {config.optimizer!r} and "
            f"weight_decay {config.weight_decay:g}; set train.weight_decay=0, or compile the model in its function."
        )
    model.compile(
        optimizer=make_optimizer(config, model.trainable_variables),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        jit_compile=False,
    )


def _batches(data: TrainingData, config: TrainConfig, *, first_epoch: int) -> Iterator[Batch | _WeightedBatch]:
    """Yield the batches of all epochs that are left, with a weight for each example where classes are weighted."""
    weights_K = class_weights(config.class_weights, data.train.class_counts(data.num_classes))
    for epoch in range(first_epoch, config.epochs + 1):
        batches = data.train.batches(config.batch_size_examples, shuffle_seed=config.seed + epoch)
        for pixels_BHWC, label_ids_B in batches:
            if config.class_weights == "none":
                yield pixels_BHWC, label_ids_B
            else:
                yield pixels_BHWC, label_ids_B, weights_K[label_ids_B]


class _Recording(keras.callbacks.Callback):
    """Sets the learning rate of the schedule, and hands figures on to the recorder."""

    def __init__(self, recorder: RunRecorder, checkpoints: EpochCheckpoints, schedule: TrainConfig | None) -> None:
        super().__init__()
        self._recorder, self._checkpoints, self._schedule = recorder, checkpoints, schedule

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self._schedule is not None:
            step = len(self._recorder.records) * self._recorder.steps_per_epoch + batch
            rate = learning_rate_at(step, total_steps=self._recorder.total_steps, config=self._schedule)
            self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        logs = logs or {}
        if "loss" not in logs:
            raise TrainingWayError(
                f"the model's train_step returns {sorted(logs)}, among which there is no 'loss'; "
                "return a dictionary with the mean loss under that name."
            )
        name = next((name for name in _ACCURACY_NAMES if name in logs), None)
        self._recorder.observe(
            batch + 1,
            loss=float(logs["loss"]),
            accuracy=None if name is None else float(logs[name]),
            learning_rate=float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)),
        )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._recorder.end_epoch()
        self._checkpoints.save_if_due()
        self.model.stop_training = self._recorder.is_over

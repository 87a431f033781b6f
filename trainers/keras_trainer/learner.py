"""A Keras model under training."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from keras.src.random.seed_generator import global_seed_generator

from trainers.augmentation.draw import BatchDraw
from trainers.augmentation.mixed_labels import mixed_labels
from trainers.config import TrainConfig
from trainers.framework import Framework
from trainers.keras_trainer.augmentation import augment
from trainers.keras_trainer.averaging import WeightAverage
from trainers.keras_trainer.compilation import as_graph
from trainers.keras_trainer.gradients import (
    Gradients,
    GradientSum,
    add_l2,
    add_over_replicas,
    clip_gradients,
)
from trainers.keras_trainer.learner_state import load_variables, save_variables, state_variables
from trainers.keras_trainer.losses import mixed_losses
from trainers.keras_trainer.precision import LossScale, check_precision, computing_in
from trainers.keras_trainer.predict import compile_logits
from trainers.keras_trainer.recipe import KerasRecipe, RateGroup
from trainers.keras_trainer.replicas import average_statistics, drawing_from, saved_variables
from trainers.keras_trainer.sharing_out import Totals, part_signature, run_in_all, share_out
from trainers.keras_trainer.strategy import device_name
from trainers.learner import TrainTotals
from trainers.micro_batches import micro_batches


class KerasLearner:
    """Trains a Keras model one batch at a time; keeps the protocol `trainers.learner.Learner`."""

    framework: Framework = "keras"
    framework_version = f"{keras.__version__} on TensorFlow {tf.__version__}"
    weights_file_name = "best.weights.h5"

    def __init__(
        self,
        model: keras.Model,
        config: TrainConfig,
        *,
        class_weights_K: npt.NDArray[np.float32],
        image_shape: tuple[int, int, int],
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        """Take a built model and make its optimiser.

        Args:
            model: From pixels float32 [N, H, W, C] to logits [N, K]; built in the scope of the strategy.
            config: Optimiser settings.
            class_weights_K: Factor of each class in the loss, float32 [K].
            image_shape: Height, width and channels of the pixels.
            strategy: The devices; None for where TensorFlow puts things by itself.

        Raises:
            DeviceError: The machine cannot train in the precision, or lacks XLA.
        """
        self.device = device_name(strategy)
        self._strategy = strategy or tf.distribute.get_strategy()
        self.replicas = self._strategy.num_replicas_in_sync
        optimization = config.optimization
        check_precision(optimization.precision)
        self.precision = optimization.precision
        self._optimization = optimization
        self._model = model
        with self._strategy.scope():
            self._recipe = KerasRecipe(model, config, num_classes=len(class_weights_K))
            trained = [variable for group in self._recipe.groups for variable in group.variables]
            decay = optimization.ema_decay
            self._average = WeightAverage(model, trained, decay=decay) if decay else None
        self.parts = self._recipe.parts
        self.trainable_parameters = int(sum(np.prod(variable.shape) for variable in trained))
        self.total_parameters = count_parameters(model)[1]
        self.logits_of = compile_logits(self._average or model, image_shape)
        self._loss_scale = LossScale(optimization.precision)
        self._l2_decay = 0.0 if config.optimizer == "adamw" else config.weight_decay
        self._class_weights_K = tf.constant(class_weights_K)
        self._loss_sum = tf.Variable(0.0, dtype=tf.float64)
        self._num_correct = tf.Variable(0, dtype=tf.int64)
        self._signature = part_signature(image_shape) * self.replicas
        self._trained: list[RateGroup] = []
        self.start_epoch(1)

    def start_epoch(self, epoch: int) -> None:
        """Freeze and unfreeze as the recipe says; see `Learner.start_epoch`."""
        trained = self._recipe.start_epoch(epoch)
        if trained != self._trained:
            self._trained = trained
            self._make_steps()

    def _make_steps(self) -> None:
        """Make the graphs of a step anew: they have in them which layers are trained."""
        xla = self._optimization.compile
        self._variables = [variable for group in self._trained for variable in group.variables]
        self._step = as_graph(self._in_all_replicas(self._whole_step), self._signature, xla=xla)
        if self._optimization.micro_batches > 1:
            with self._strategy.scope():
                self._sum = GradientSum(self._variables)
            self._add_part = as_graph(self._in_all_replicas(self._add_gradients), self._signature, xla=xla)
            self._finish_step = as_graph(lambda: self._strategy.run(self._update_with_sum), [], xla=xla)

    def train_on_batch(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        """Do one step of the optimiser and add to the totals; see `Learner.train_on_batch`."""
        for group in self._trained:
            group.optimizer.learning_rate.assign(learning_rate * group.plan.learning_rate_factor)
        distorted_BHWC = pixels_BHWC if draw is None else augment(pixels_BHWC, draw)
        batch = (distorted_BHWC, *mixed_labels(label_ids_B, draw))
        step_examples = len(label_ids_B)
        if self._optimization.micro_batches == 1:
            self._step(*share_out(batch, replicas=self.replicas, step_examples=step_examples))
            return
        # Calls of their own, since a graph of all parts would hold the activations of all of them at once.
        for part in micro_batches(step_examples, self._optimization.micro_batches):
            examples = [array[part] for array in batch]
            self._add_part(*share_out(examples, replicas=self.replicas, step_examples=step_examples))
        self._finish_step()

    def train_totals(self) -> TrainTotals:
        """Return the totals since the last reset."""
        return TrainTotals(float(self._loss_sum.numpy()), int(self._num_correct.numpy()))

    def reset_train_totals(self) -> None:
        """Set the totals to zero."""
        self._loss_sum.assign(0.0)
        self._num_correct.assign(0)

    def save_weights(self, path: Path) -> None:
        """Write the weights to a file whose name ends in `.weights.h5`."""
        with contextlib.nullcontext() if self._average is None else self._average.in_the_model():
            self._model.save_weights(path)

    def load_weights(self, path: Path) -> None:
        """Take back what `save_weights` wrote."""
        self._model.load_weights(path)
        if self._average is not None:
            self._average.restart()

    def save_state(self, path: Path) -> None:
        """Write all that decides what the next steps do; see `Learner.save_state`."""
        save_variables(path, self._state())

    def load_state(self, path: Path) -> None:
        """Take back what `save_state` wrote; see `Learner.load_state`."""
        load_variables(path, self._state())

    def _state(self) -> list[Any]:
        averages = [] if self._average is None else self._average.variables
        variables = state_variables(self._model, [group.optimizer for group in self._recipe.groups])
        if self.replicas > 1:
            variables = list(saved_variables(variables, self._strategy))
        return [*variables, self._loss_sum, self._num_correct, *self._loss_scale.variables, *averages]

    def _in_all_replicas(self, compute: Callable[..., Totals]) -> Callable[..., None]:
        if self.replicas > 1:
            compute = drawing_from(global_seed_generator(), compute)

        def run(*arguments: tf.Tensor) -> None:
            # Around all replicas: they are traced by turns, and each would take back the precision of the others.
            with computing_in(self._optimization.precision, self._model):
                loss_sum, num_correct = run_in_all(self._strategy, compute, arguments)
            self._loss_sum.assign_add(tf.cast(loss_sum, tf.float64))
            self._num_correct.assign_add(num_correct)

        return run

    def _whole_step(self, *part: tf.Tensor) -> Totals:
        gradients, totals = self._gradients(*part)
        self._update(gradients)
        return totals

    def _add_gradients(self, *part: tf.Tensor) -> Totals:
        gradients, totals = self._gradients(*part)
        self._sum.add(gradients)
        return totals

    def _update_with_sum(self) -> None:
        self._update(self._sum.take())

    def _gradients(
        self,
        pixels_BHWC: tf.Tensor,
        label_ids_B: tf.Tensor,
        partner_ids_B: tf.Tensor,
        shares_B: tf.Tensor,
        step_share: tf.Tensor,
    ) -> tuple[Gradients, Totals]:
        """Return the scaled gradients of these examples' part of a step's loss, and what they add to the totals."""
        with tf.GradientTape() as tape:
            logits_BK = tf.cast(self._model(pixels_BHWC, training=True), tf.float32)
            losses_B = mixed_losses(
                logits_BK,
                label_ids_B,
                partner_ids_B,
                shares_B,
                class_weights_K=self._class_weights_K,
                label_smoothing=self._optimization.label_smoothing,
            )
            # A user's model may add regularisation losses of its own.
            own_losses = [tf.cast(loss, tf.float32) for loss in self._model.losses]
            loss = self._loss_scale.scale(step_share * tf.add_n([tf.reduce_mean(losses_B), *own_losses]))
        counts = step_share > 0
        num_correct = tf.math.count_nonzero((tf.argmax(logits_BK, axis=1) == label_ids_B) & counts)
        totals = tf.where(counts, tf.reduce_sum(losses_B), 0.0), num_correct
        return list(tape.gradient(loss, self._variables)), totals

    def _update(self, scaled: Gradients) -> None:
        """Do a step of the optimisers with scaled gradients; none where one of them is not finite."""
        if self.replicas > 1:
            average_statistics(self._model)
            scaled = add_over_replicas(scaled)
        clipped = clip_gradients(self._loss_scale.unscale(scaled), self._optimization)
        gradients = add_l2(clipped, self._variables, decay=self._l2_decay)
        self._loss_scale.apply(lambda: self._apply(gradients), scaled)
        if self._average is not None:
            self._average.update()

    def _apply(self, gradients: Gradients) -> None:
        first = 0
        for group in self._trained:
            group.optimizer.apply(gradients[first : first + len(group.variables)], group.variables)
            first += len(group.variables)


def count_parameters(model: keras.Model) -> tuple[int, int]:
    """Return how many numbers training fits, and how many these and the statistics of batch normalisation are."""
    trainable = int(sum(np.prod(v.shape) for v in model.trainable_variables))
    statistics = sum(np.prod(v.shape) for v in model.non_trainable_variables if v.dtype.startswith("float"))
    return trainable, trainable + int(statistics)

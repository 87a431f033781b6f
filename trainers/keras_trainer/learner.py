"""A Keras model under training."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers.config import TrainConfig
from trainers.framework import Framework
from trainers.keras_trainer.learner_state import load_variables, save_variables, state_variables
from trainers.keras_trainer.predict import compile_logits
from trainers.keras_trainer.recipe import KerasRecipe, RateGroup
from trainers.learner import TrainTotals
from trainers.optimization import is_decayed


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
    ) -> None:
        """Take a built model and make its optimiser.

        Args:
            model: From pixels float32 [N, H, W, C] to logits [N, K].
            config: Optimiser settings.
            class_weights_K: Factor of each class in the loss, float32 [K].
            image_shape: Height, width and channels of the pixels.
        """
        self.device = _device_name()
        self.total_parameters = int(sum(np.prod(v.shape) for v in model.variables if v.dtype.startswith("float")))
        self._recipe = KerasRecipe(model, config, num_classes=len(class_weights_K))
        self.parts = self._recipe.parts
        groups = self._recipe.groups
        self.trainable_parameters = int(sum(np.prod(v.shape) for group in groups for v in group.variables))
        self.logits_of = compile_logits(model, image_shape)
        self._model = model
        self._l2_decay = 0.0 if config.optimizer == "adamw" else config.weight_decay
        self._class_weights_K = tf.constant(class_weights_K)
        self._loss_sum = tf.Variable(0.0, dtype=tf.float64)
        self._num_correct = tf.Variable(0, dtype=tf.int64)
        # One signature with a free batch axis: the short last batch would otherwise trace the graph again.
        self._signature = [tf.TensorSpec([None, *image_shape], tf.float32), tf.TensorSpec([None], tf.int64)]
        self._trained: list[RateGroup] = []
        self.start_epoch(1)

    def start_epoch(self, epoch: int) -> None:
        """Freeze and unfreeze as the recipe says; see `Learner.start_epoch`."""
        trained = self._recipe.start_epoch(epoch)
        if trained != self._trained:
            self._trained = trained
            # The graph of a step has in it which layers are trained.
            self._step = tf.function(self._train_step, input_signature=self._signature)

    def train_on_batch(
        self, pixels_BHWC: npt.NDArray[np.float32], label_ids_B: npt.NDArray[np.int64], *, learning_rate: float
    ) -> None:
        """Do one step of the optimiser and add to the totals."""
        for group in self._trained:
            group.optimizer.learning_rate.assign(learning_rate * group.plan.learning_rate_factor)
        self._step(pixels_BHWC, label_ids_B)

    def train_totals(self) -> TrainTotals:
        """Return the totals since the last reset."""
        return TrainTotals(float(self._loss_sum.numpy()), int(self._num_correct.numpy()))

    def reset_train_totals(self) -> None:
        """Set the totals to zero."""
        self._loss_sum.assign(0.0)
        self._num_correct.assign(0)

    def save_weights(self, path: Path) -> None:
        """Write the weights to a file whose name ends in `.weights.h5`."""
        self._model.save_weights(path)

    def load_weights(self, path: Path) -> None:
        """Take back what `save_weights` wrote."""
        self._model.load_weights(path)

    def save_state(self, path: Path) -> None:
        """Write all that decides what the next steps do; see `Learner.save_state`."""
        save_variables(path, self._state())

    def load_state(self, path: Path) -> None:
        """Take back what `save_state` wrote; see `Learner.load_state`."""
        load_variables(path, self._state())

    def _state(self) -> list[Any]:
        optimizers = [group.optimizer for group in self._recipe.groups]
        return [*state_variables(self._model, optimizers), self._loss_sum, self._num_correct]

    def _train_step(self, pixels_BHWC: tf.Tensor, label_ids_B: tf.Tensor) -> None:
        variables = [variable for group in self._trained for variable in group.variables]
        with tf.GradientTape() as tape:
            logits_BK = tf.cast(self._model(pixels_BHWC, training=True), tf.float32)
            losses_B = tf.nn.sparse_softmax_cross_entropy_with_logits(label_ids_B, logits_BK)
            losses_B *= tf.gather(self._class_weights_K, label_ids_B)
            # A user's model may add regularisation losses of its own.
            loss = tf.add_n([tf.reduce_mean(losses_B), *self._model.losses])
        gradients = tape.gradient(loss, variables)
        if self._l2_decay:
            pairs = zip(gradients, variables, strict=True)
            gradients = [self._add_l2(gradient, variable) for gradient, variable in pairs]
        for group in self._trained:
            count = len(group.variables)
            group.optimizer.apply(gradients[:count], group.variables)
            gradients = gradients[count:]
        self._loss_sum.assign_add(tf.cast(tf.reduce_sum(losses_B), tf.float64))
        self._num_correct.assign_add(tf.math.count_nonzero(tf.argmax(logits_BK, axis=1) == label_ids_B))

    def _add_l2(self, gradient: tf.Tensor | None, variable: keras.Variable) -> tf.Tensor | None:
        if gradient is None or not is_decayed(variable.shape):
            return gradient
        return gradient + self._l2_decay * variable


def _device_name() -> str:
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "cpu"
    return str(tf.config.experimental.get_device_details(gpus[0]).get("device_name", "gpu"))

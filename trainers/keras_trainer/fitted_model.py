"""A compiled Keras model, as whoever follows its `fit` sees it."""

from pathlib import Path
from typing import Any

import keras

from trainers.framework import Framework
from trainers.keras_trainer.learner import KerasLearner, count_parameters
from trainers.keras_trainer.learner_state import load_variables, save_variables, state_variables
from trainers.keras_trainer.predict import compile_logits
from trainers.keras_trainer.strategy import device_name
from trainers.optimization_config import Precision

_HALF_PRECISIONS: tuple[Precision, ...] = ("float16", "bfloat16")


class FittedModel:
    """Keeps the protocol `trainers.trained_model.TrainedModel`."""

    framework: Framework = "keras"
    framework_version = KerasLearner.framework_version
    weights_file_name = KerasLearner.weights_file_name
    replicas = 1

    def __init__(self, model: keras.Model, image_shape: tuple[int, int, int]) -> None:
        """Take a compiled model whose optimiser is built.

        Args:
            model: From pixels float32 [N, H, W, C] to logits [N, K].
            image_shape: Height, width and channels of the pixels.
        """
        self.device = device_name()
        self.trainable_parameters, self.total_parameters = count_parameters(model)
        self.logits_of = compile_logits(model, image_shape)
        self.precision = _precision_of(model)
        self._model = model

    def save_weights(self, path: Path) -> None:
        """Write the weights to a file whose name ends in `.weights.h5`."""
        self._model.save_weights(path)

    def load_weights(self, path: Path) -> None:
        """Take back what `save_weights` wrote."""
        self._model.load_weights(path)

    def save_state(self, path: Path) -> None:
        """Write model, optimiser and random states; see `TrainedModel.save_state`."""
        save_variables(path, self._state())

    def load_state(self, path: Path) -> None:
        """Take back what `save_state` wrote; see `TrainedModel.load_state`."""
        load_variables(path, self._state())

    def _state(self) -> list[Any]:
        return state_variables(self._model, [self._model.optimizer])


def _precision_of(model: keras.Model) -> Precision:
    """Return the lowest precision that a layer with weights computes in."""
    used = {layer.compute_dtype for layer in model._flatten_layers() if layer.weights}
    return next((precision for precision in _HALF_PRECISIONS if precision in used), "float32")

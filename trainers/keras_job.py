"""The Keras training job; runs in the process of the Trainer component."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import onnx
import tensorflow as tf

from trainers.config import TrainConfig
from trainers.errors import TrainingWayError
from trainers.example_split import TrainingData
from trainers.export.onnx_keras import export_keras_core
from trainers.export.saved_model import HasVariables
from trainers.framework import Framework
from trainers.history import TrainingHistory
from trainers.job import Pixels, run_job
from trainers.keras_trainer.fit import fit
from trainers.keras_trainer.keras_file import write_keras_file
from trainers.keras_trainer.predict import predict_logits
from trainers.keras_trainer.start import start_model
from trainers.keras_trainer.train import train
from trainers.keras_trainer.weights import write_weights
from trainers.normalization import Normalization
from trainers.progress import Report, log_progress
from trainers.training_request import TrainingRequest
from trainers.ways.check import refusal_of_backend
from trainers.weights.facts import WeightsFacts
from trainers.weights.start import StartModel


def run_keras_job(request: TrainingRequest) -> None:
    """Train a Keras model as requested and leave its exports.

    Raises:
        TrainingWayError: Keras runs on another backend than TensorFlow.
    """
    check_backend()
    run_job(request, KerasSide())


def check_backend() -> None:
    """Check what Keras computes with.

    Raises:
        TrainingWayError: Keras runs on another backend than TensorFlow.
    """
    if keras.backend.backend() != "tensorflow":
        raise TrainingWayError(refusal_of_backend(keras.backend.backend()))


class KerasSide:
    """What the job asks of Keras."""

    framework: Framework = "keras"
    packages: tuple[str, ...] = ("tensorflow", "keras", "tf2onnx", "onnx", "numpy")

    def __init__(self) -> None:
        """Start without a model."""
        self._build_again: Callable[[], StartModel] | None = None

    def build(
        self, config: TrainConfig, data: TrainingData, *, given: Normalization, pushed_bundle: Path | None
    ) -> StartModel:
        """Return a model with its weights; see `TrainingSide.build`."""
        self._build_again = functools.partial(
            start_model,
            config,
            class_names=data.class_names,
            image_shape=data.image_shape,
            given=given,
            pushed_bundle=pushed_bundle,
        )
        return self._build_again()

    def write_weights(self, path: Path, model: keras.Model, facts: WeightsFacts) -> None:
        """Write the weights; see `TrainingSide.write_weights`."""
        write_weights(path, model, facts)

    def train(
        self,
        model: keras.Model,
        data: TrainingData,
        config: TrainConfig,
        *,
        work_dir: Path,
        checkpoint_dir: Path | None,
        report: Report = log_progress,
    ) -> TrainingHistory:
        """Train the model in place; see `TrainingSide.train`."""
        settings: dict[str, Any] = {"work_dir": work_dir, "checkpoint_dir": checkpoint_dir, "report": report}
        if config.way == "keras_fit":
            return fit(model, data, config, **settings)
        return train(model, data, config, **settings, rebuild=self._build_again)

    def predict_logits(self, model: keras.Model, pixels_NSSC: Pixels) -> npt.NDArray[np.float32]:
        """Return logits; see `TrainingSide.predict_logits`."""
        return predict_logits(model, pixels_NSSC, batch_size_examples=len(pixels_NSSC))

    def as_tensorflow(
        self, model: keras.Model, image_size_pixels: int
    ) -> tuple[Callable[[tf.Tensor], tf.Tensor], HasVariables]:
        """Return the model itself in inference mode; see `TrainingSide.as_tensorflow`."""
        return _inference(model), model

    def as_onnx(self, model: keras.Model, image_size_pixels: int) -> onnx.ModelProto:
        """Return the ONNX core; see `TrainingSide.as_onnx`."""
        return export_keras_core(_inference(model), input_shape=(image_size_pixels, image_size_pixels, 3))

    def write_archive(self, path: Path, model: keras.Model, image_size_pixels: int) -> Callable[[Pixels], Pixels]:
        """Write `.keras`; see `TrainingSide.write_archive`."""
        read = write_keras_file(path, model)
        return lambda pixels_NSSC: predict_logits(read, pixels_NSSC, batch_size_examples=len(pixels_NSSC))


def _inference(model: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    return lambda pixels_NSSC: model(pixels_NSSC, training=False)

"""Export one Keras model; see `trainers.export.standalone`.

Shape letters: N images, H, W height and width, C channels.
"""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers.export import image_onnx, image_saved_model
from trainers.export.onnx_keras import export_keras_core
from trainers.export.self_check import Predict, SelfCheck, check_equal

Shape = tuple[int, int, int]


def export_saved_model(model: keras.Model, directory: Path, input_shape: Shape, tolerance: float) -> SelfCheck:
    """Save, load and compare; see `standalone.export_saved_model`."""
    image_saved_model.write_image_saved_model(
        directory, function=_inference(model), tracked=model, image_shape_HWC=input_shape
    )
    exported = image_saved_model.load_predict(directory)
    return check_equal(
        _predict(model), exported, image_shape_HWC=input_shape, tolerance=tolerance, what="the SavedModel"
    )


def export_onnx(model: keras.Model, path: Path, input_shape: Shape, tolerance: float) -> SelfCheck:
    """Write, run and compare; see `standalone.export_onnx`."""
    core = export_keras_core(_inference(model), input_shape=input_shape)
    image_onnx.write_image_onnx(path, core, image_shape_HWC=input_shape)
    exported = image_onnx.load_predict(path)
    return check_equal(
        _predict(model), exported, image_shape_HWC=input_shape, tolerance=tolerance, what="the ONNX file"
    )


def _inference(model: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    return lambda images_NHWC: model(images_NHWC, training=False)


def _predict(model: keras.Model) -> Predict:
    def predict(images_NHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.generic]:
        return np.asarray(model(images_NHWC, training=False))

    return predict

"""Export one Keras model; see `trainers.export.standalone`.

Shape letters: N images, H, W height and width, C channels.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from trainers.export import image_onnx, image_saved_model
from trainers.export.errors import ModelExportError
from trainers.export.image_sizes import ImageShape, Size, trial_sizes, with_size
from trainers.export.onnx_keras import export_keras_core
from trainers.export.self_check import Predict, SelfCheck, check_equal

channel_axis = 2
_REFUSALS = (ValueError, TypeError, tf.errors.InvalidArgumentError)
"""What Keras raises for images of a shape that a model cannot take."""


def export_saved_model(model: keras.Model, directory: Path, input_shape: ImageShape, tolerance: float) -> SelfCheck:
    """Save, load and compare; see `standalone.export_saved_model`."""
    sizes = _trial_sizes(model, input_shape)
    image_saved_model.write_image_saved_model(
        directory, function=_inference(model), tracked=model, image_shape_HWC=input_shape
    )
    exported = image_saved_model.load_predict(directory)
    return check_equal(
        _predict(model), exported, image_shape_HWC=input_shape, tolerance=tolerance, what="the SavedModel", sizes=sizes
    )


def export_onnx(model: keras.Model, path: Path, input_shape: ImageShape, tolerance: float) -> SelfCheck:
    """Write, run and compare; see `standalone.export_onnx`."""
    sizes = _trial_sizes(model, input_shape)
    core = export_keras_core(_inference(model), input_shape=input_shape)
    image_onnx.write_image_onnx(path, core, image_shape_HWC=input_shape)
    exported = image_onnx.load_predict(path)
    return check_equal(
        _predict(model), exported, image_shape_HWC=input_shape, tolerance=tolerance, what="the ONNX file", sizes=sizes
    )


def _trial_sizes(model: keras.Model, image_shape_HWC: ImageShape) -> Sequence[Size]:
    """Return the sizes to check an export at, none if its size is fixed."""
    if None not in image_shape_HWC:
        return ()

    def takes(size: Size) -> bool:
        try:
            model(np.zeros((1, *with_size(image_shape_HWC, size)), np.float32), training=False)
        except _REFUSALS:
            return False
        return True

    sizes = trial_sizes(takes)
    if sizes is None:
        raise ModelExportError(
            "the model does not take images of any height and width, such as 60 x 82 or 96 x 160 pixels: it needs a "
            "fixed height and width in input_shape, or layers that fit all sizes, as of keras.Input((None, None, 3))."
        )
    try:
        tf.function(_inference(model)).get_concrete_function(tf.TensorSpec([None, *image_shape_HWC], tf.float32))
    except _REFUSALS as error:
        raise ModelExportError(
            "a layer of the model cannot be built for a free height and width (UpSampling2D with interpolation is one "
            f"such): give them in input_shape. Keras says: {str(error).splitlines()[0]}"
        ) from error
    return sizes


def _inference(model: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    return lambda images_NHWC: model(images_NHWC, training=False)


def _predict(model: keras.Model) -> Predict:
    def predict(images_NHWC: npt.NDArray[np.float32]) -> npt.NDArray[np.generic]:
        return np.asarray(model(images_NHWC, training=False))

    return predict

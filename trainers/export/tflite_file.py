"""A trained model as a TFLite file in float32, with TFLite's built-in operations alone.

Shape letters: N images, S side of the square in pixels, C colours, K classes.
"""

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tensorflow.lite.python.convert_phase import ConverterError

from trainers import features
from trainers.export.errors import ModelExportError
from trainers.export.saved_model import HasVariables
from trainers.normalization import Normalization

Array = npt.NDArray[np.float32]

_MISSING = re.compile(r"'tf\.(\w+)' op is neither")


def write_tflite_file(
    path: Path,
    *,
    logits: Callable[[tf.Tensor], tf.Tensor],
    tracked: HasVariables,
    normalization: Normalization,
    image_size_pixels: int,
) -> Callable[[Array], Array]:
    """Write a file from levels, float32 [N, S, S, C] of 0..255, to probabilities, float32 [N, K].

    A phone decodes and resizes images by its own means; what the Transform graph does to the levels is in the file.

    Args:
        path: File to write.
        logits: The model in TensorFlow operations, standardised pixels to logits.
        tracked: Owner of its variables.
        normalization: What the Transform graph makes of levels.
        image_size_pixels: S.

    Returns:
        The file as it was read back.

    Raises:
        ModelExportError: TFLite has no operation for a part of the model.
    """
    shape = [None, image_size_pixels, image_size_pixels, features.COLOR_CHANNELS]

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32, name="image")])
    def classify(levels_NSSC: tf.Tensor) -> tf.Tensor:
        pixels_NSSC = levels_NSSC * tf.constant(normalization.scale_C) + tf.constant(normalization.offset_C)
        return tf.nn.softmax(tf.cast(logits(pixels_NSSC), tf.float32))

    owner = tf.Module()
    # TensorFlow's own variables, not Keras' shells around them: what the converter does not find here it leaves in the
    # file as a variable that nobody sets, and the answers are not numbers.
    owner.model_variables = [each if isinstance(each, tf.Variable) else each.value for each in tracked.variables]
    converter = tf.lite.TFLiteConverter.from_concrete_functions([classify.get_concrete_function()], owner)
    try:
        content = converter.convert()
    except ConverterError as error:
        missing = sorted(set(_MISSING.findall(str(error))))
        reason = f"it has no operation for {', '.join(missing)}" if missing else str(error).strip().splitlines()[0]
        raise ModelExportError(
            f"{path.name}: TFLite cannot convert this model: {reason}. Change that layer, or leave 'tflite' out of "
            "train.exports."
        ) from error
    path.write_bytes(content)
    return _reader(content)


def _reader(content: bytes) -> Callable[[Array], Array]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"[\s\S]*tf.lite.Interpreter is deprecated", UserWarning)
        interpreter = tf.lite.Interpreter(model_content=content)
    (given,), (answer,) = interpreter.get_input_details(), interpreter.get_output_details()

    def classify(levels_NSSC: Array) -> Array:
        interpreter.resize_tensor_input(given["index"], levels_NSSC.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(given["index"], levels_NSSC)
        interpreter.invoke()
        return np.array(interpreter.get_tensor(answer["index"]))

    return classify

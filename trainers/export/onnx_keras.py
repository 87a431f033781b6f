"""Keras model to ONNX core, by tf2onnx.

Shape letters: N images, C colours, H, W height and width in pixels, K classes.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import onnx
import tensorflow as tf
import tf2onnx

from trainers.export.image_sizes import ImageShape
from trainers.export.onnx_core import LOGITS, OPSET, PIXELS, strip_core


def export_keras_core(logits: Callable[[tf.Tensor], tf.Tensor], *, input_shape: ImageShape) -> onnx.ModelProto:
    """Convert a Keras model to ONNX, with channels moved first as ONNX's operators want them.

    Args:
        logits: the model in inference mode, float32 pixels [N, H, W, C] to float32 logits [N, K].
        input_shape: H, W, C; None is a free height or width.

    Returns:
        A model with the input `pixels`, float32 [N, C, H, W], and the output `logits`, float32 [N, K].

    Raises:
        ModelExportError: tf2onnx left operators that are not ONNX's own.
    """
    traced = tf.function(lambda pixels: {LOGITS: logits(pixels)})
    with _quiet_tf2onnx():
        core, _ = tf2onnx.convert.from_function(
            traced,
            input_signature=[tf.TensorSpec([None, *input_shape], tf.float32, name=PIXELS)],
            opset=OPSET,
            inputs_as_nchw=[f"{PIXELS}:0"],
        )
    return strip_core(core)


@contextmanager
def _quiet_tf2onnx() -> Iterator[None]:
    """Keep tf2onnx from printing progress, tracebacks of optimisations that it left out, and what is raised anyway."""
    logger = logging.getLogger("tf2onnx")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)

"""Logits of a Keras model."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf


def compile_logits(
    model: Callable[..., Any], image_shape: tuple[int, int, int]
) -> Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]:
    """Return a function from pixels float32 [B, H, W, C], any B, to logits float32 [B, K], as one graph."""

    @tf.function(input_signature=[tf.TensorSpec([None, *image_shape], tf.float32)])
    def graph(pixels_BHWC: tf.Tensor) -> tf.Tensor:
        return tf.nest.map_structure(lambda output: tf.cast(output, tf.float32), model(pixels_BHWC, training=False))

    return lambda pixels_BHWC: np.asarray(graph(pixels_BHWC))


def predict_logits(
    model: keras.Model, pixels_NHWC: npt.NDArray[np.float32], *, batch_size_examples: int
) -> npt.NDArray[np.float32]:
    """Return the model's logits, float32 [N, K], in inference mode.

    Args:
        model: From pixels to logits.
        pixels_NHWC: Standardised pixels, float32 [N, H, W, C], N at least 1.
        batch_size_examples: Images to run at once.
    """
    logits_of = compile_logits(model, pixels_NHWC.shape[1:])
    starts = range(0, len(pixels_NHWC), batch_size_examples)
    return np.concatenate([logits_of(pixels_NHWC[start : start + batch_size_examples]) for start in starts])

"""Resizing from or to a height or width that is known only when the graph runs, by torch's own formulas.

In float32, as torch computes them: a rounding of its own would take another pixel.
"""

from typing import TypeAlias

import tensorflow as tf

from trainers.export.torch_to_tf.extents import extent_of

Extent: TypeAlias = int | tf.Tensor


def take_nearest(images_NHWC: tf.Tensor, axis: int, outputs: Extent, factor: float | None, *, exact: bool) -> tf.Tensor:
    """Resize an axis by repeating or leaving out pixels.

    Args:
        images_NHWC: What to resize.
        axis: 1 or 2.
        outputs: Pixels that the axis is to have.
        factor: What torch was told to enlarge by; None where it was told the size.
        exact: Whether the middle of a pixel counts (`nearest-exact`) and not its beginning.
    """
    inputs = extent_of(images_NHWC, axis)
    places = tf.cast(tf.range(outputs), tf.float32)
    step = _step(inputs, outputs, factor, tf.float32)
    if exact:
        places = (places + 0.5) * step
    else:
        places *= tf.where(tf.equal(inputs, outputs), 1.0, step)
    return tf.gather(images_NHWC, tf.minimum(tf.cast(tf.floor(places), tf.int32), inputs - 1), axis=axis)


def interpolate_linearly(
    images_NHWC: tf.Tensor, axis: int, outputs: Extent, factor: float | None, *, align_corners: bool
) -> tf.Tensor:
    """Resize an axis by weighing the two pixels next to each place; see `take_nearest`."""
    inputs, dtype = extent_of(images_NHWC, axis), images_NHWC.dtype
    places = tf.cast(tf.range(outputs), dtype)
    if align_corners:
        places *= tf.math.divide_no_nan(tf.cast(inputs - 1, dtype), tf.cast(outputs - 1, dtype))
    else:
        step = tf.where(tf.equal(inputs, outputs), tf.ones([], dtype), _step(inputs, outputs, factor, dtype))
        places = tf.maximum((places + 0.5) * step - 0.5, 0)
    before = tf.minimum(tf.cast(places, tf.int32), inputs - 1)
    weights = tf.clip_by_value(places - tf.cast(before, dtype), 0, 1)
    weights = tf.reshape(weights, [-1, 1, 1] if axis == 1 else [-1, 1])
    left = tf.gather(images_NHWC, before, axis=axis)
    right = tf.gather(images_NHWC, tf.minimum(before + 1, inputs - 1), axis=axis)
    return left + (right - left) * weights


def _step(inputs: Extent, outputs: Extent, factor: float | None, dtype: tf.DType) -> tf.Tensor:
    """Return how many input pixels one output pixel is wide."""
    return tf.cast(inputs, dtype) / tf.cast(outputs, dtype) if factor is None else tf.constant(1 / factor, dtype)

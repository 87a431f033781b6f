"""Pooling along single axes of sequences and volumes, one axis after the other, with TensorFlow's ops for images."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from trainers.export.torch_to_tf.rules.window import Window, pooling_window

Pool = Callable[..., tf.Tensor]


def windows_of(
    shape: Sequence[int],
    *,
    sizes: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    paddings: Sequence[int],
    ceil_mode: bool,
) -> list[Window]:
    """Return the window along each of the last axes."""
    return [
        pooling_window(extent, size=size, stride=stride, dilation=dilation, padding=padding, ceil_mode=ceil_mode)
        for extent, size, stride, dilation, padding in zip(
            shape[-len(sizes) :], sizes, strides, dilations, paddings, strict=True
        )
    ]


def as_columns(tensor: tf.Tensor, axis: int) -> tf.Tensor:
    """Return a tensor as images one pixel wide, whose height is an axis and whose channels are all later axes."""
    later = int(np.prod(tensor.shape[axis + 1 :], dtype=int))
    return tf.reshape(tensor, [-1, int(tensor.shape[axis]), 1, later])


def restored(columns: tf.Tensor, shape: Sequence[int | None], axis: int) -> tf.Tensor:
    """Undo `as_columns` after the height has changed."""
    extents = [*shape[:axis], columns.shape[1], *shape[axis + 1 :]]
    return tf.reshape(columns, [-1 if extent is None else extent for extent in extents])


def pool_axis(tensor: tf.Tensor, axis: int, window: Window, pool: Pool, fill: float) -> tf.Tensor:
    """Pool along one axis of a tensor in logical order.

    Args:
        tensor: One extent at most is dynamic, and it is before the axis.
        axis: Not negative.
        window: Slides along the axis.
        pool: tf.nn.max_pool2d or tf.nn.avg_pool2d.
        fill: What the padding holds.
    """
    if window.reach == 1 and window.stride == 1:
        return tensor
    columns = as_columns(tensor, axis)
    if window.padding_before or window.padding_after:
        margins = [(0, 0), (window.padding_before, window.padding_after), (0, 0), (0, 0)]
        columns = tf.pad(columns, margins, constant_values=tf.cast(fill, columns.dtype))
    if window.dilation == 1:
        columns = pool(columns, [window.size, 1], [window.stride, 1], "VALID")
    else:
        # TensorFlow pools with a stride or a dilation, not both.
        columns = tf.nn.pool(columns, [window.size, 1], "MAX", (1, 1), "VALID", dilations=(window.dilation, 1))
        columns = columns[:, :: window.stride]
    return restored(columns, tensor.shape, axis)

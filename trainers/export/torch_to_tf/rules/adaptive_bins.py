"""Adaptive pooling: an image cut into a wanted number of bins, which overlap where the sizes do not divide."""

from collections.abc import Callable

import tensorflow as tf

from trainers.export.torch_to_tf.extents import extent_of, reshape_target

Reduction = Callable[..., tf.Tensor]


def reduce_bins(images_NHWC: tf.Tensor, bins: tuple[int, int], reduction: Reduction) -> tf.Tensor:
    """Reduce height and width to so many bins each.

    Args:
        images_NHWC: [N, H, W, C].
        bins: Rows and columns of the result.
        reduction: tf.reduce_mean or tf.reduce_max; bins of rows are reduced before bins of columns.

    Returns:
        [N, *bins, C].
    """
    for axis, count in ((1, bins[0]), (2, bins[1])):
        images_NHWC = reduce_axis(images_NHWC, axis, count, reduction)
    return images_NHWC


def reduce_axis(images: tf.Tensor, axis: int, count: int, reduction: Reduction) -> tf.Tensor:
    """Reduce one axis to so many bins."""
    known, extent = images.shape[axis], extent_of(images, axis)
    if count == known:
        return images
    if count == 1:
        return reduction(images, axis, keepdims=True)
    if known is not None and known % count == 0:
        split = reshape_target(images)
        split[axis : axis + 1] = [count, known // count]
        return reduction(tf.reshape(images, split), axis + 1)
    edges = [(index * extent // count, -(-(index + 1) * extent // count)) for index in range(count)]
    parts = [tf.split(images, [start, end - start, extent - end], axis)[1] for start, end in edges]
    return tf.concat([reduction(part, axis, keepdims=True) for part in parts], axis)

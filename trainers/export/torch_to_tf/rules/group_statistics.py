"""Normalisation of groups of channels by their own mean and variance."""

import tensorflow as tf

from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.extents import reshape_target
from trainers.export.torch_to_tf.layout import IMAGE_RANK, Value


def normalise_groups(context: Context, input: Value, groups: int, eps: float) -> Value:
    """Subtract the mean of each group of channels of each image and divide by its deviation.

    Images [N, C, H, W] keep the channels last; values of another rank [N, C, ...] keep their order of axes.
    """
    if input.rank == IMAGE_RANK:
        return Value(_normalise(context.channels_last(input), -1, groups, eps), channels_last=True)
    return Value(_normalise(context.logical(input), 1, groups, eps))


def _normalise(tensor: tf.Tensor, channel_axis: int, groups: int, eps: float) -> tf.Tensor:
    shape = reshape_target(tensor)
    channel_axis %= len(shape)
    split = [*shape[:channel_axis], groups, shape[channel_axis] // groups, *shape[channel_axis + 1 :]]
    grouped = tf.reshape(tensor, split)
    axes = [axis for axis in range(1, len(split)) if axis != channel_axis]
    mean, variance = tf.nn.moments(grouped, axes, keepdims=True)
    return tf.reshape((grouped - mean) * tf.math.rsqrt(variance + eps), shape)

"""Means over windows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating, rank_is
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.adaptive_bins import reduce_bins
from trainers.export.torch_to_tf.rules.window import Window, covered, pair, pooling_window, without_surplus
from trainers.export.torch_to_tf.shape_checks import has_computable_extents, has_size_per_image

aten = torch.ops.aten
FAMILY = Family(free_size=True)

Pair = int | Sequence[int]
_IMAGES = [rank_is(4), has_size_per_image, is_floating("input")]


@FAMILY.rule(aten.avg_pool2d.default, accepts=[*_IMAGES, has_computable_extents])
def average_pool(
    context: Context,
    *,
    input: Value,
    kernel_size: Pair,
    stride: Pair,
    padding: Pair,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Value:
    """Sum each window and divide by its size, which torch counts in three ways at the borders."""
    images = context.channels_last(input)
    sizes, steps, pads = pair(kernel_size), pair(stride or kernel_size), pair(padding)
    windows = [
        pooling_window(
            images.shape[axis + 1],
            size=sizes[axis],
            stride=steps[axis],
            dilation=1,
            padding=pads[axis],
            ceil_mode=ceil_mode,
        )
        for axis in (0, 1)
    ]
    averages = without_surplus(context, _mean_of_whole(images, windows), *windows)
    if divisor_override is not None:
        factor = tf.constant(sizes[0] * sizes[1] / divisor_override, averages.dtype)
        return Value(averages * factor, channels_last=True)
    if None in images.shape[1:3]:
        shares = _counted_shares(images, windows, count_include_pad)
        return Value(averages / without_surplus(context, shares, *windows), channels_last=True)
    corrections = np.outer(
        *(
            window.size / covered(window, images.shape[axis + 1], pads[axis], count_include_pad)
            for axis, window in enumerate(windows)
        )
    )
    if np.any(corrections != 1):
        averages = averages * tf.constant(corrections[None, :, :, None], averages.dtype)
    return Value(averages, channels_last=True)


@FAMILY.rule(aten.adaptive_avg_pool2d.default, accepts=_IMAGES)
def adaptive_average_pool(context: Context, *, input: Value, output_size: Pair) -> Value:
    """Take the mean in each of so many bins of almost equal size."""
    images = context.channels_last(input)
    bins = pair(output_size)
    if bins == (1, 1):
        return Value(tf.reduce_mean(images, [1, 2], keepdims=True), channels_last=True)
    return Value(reduce_bins(images, bins, tf.reduce_mean), channels_last=True)


def _mean_of_whole(images_NHWC: tf.Tensor, windows: Sequence[Window]) -> tf.Tensor:
    """Take the mean of each window, with zeros for what lies outside of the image."""
    margins = [(0, 0), *((window.padding_before, window.padding_after) for window in windows), (0, 0)]
    if any(any(margin) for margin in margins):
        images_NHWC = tf.pad(images_NHWC, margins)
    sizes, steps = [window.size for window in windows], [window.stride for window in windows]
    return tf.nn.avg_pool2d(images_NHWC, sizes, steps, "VALID")


def _counted_shares(images_NHWC: tf.Tensor, windows: Sequence[Window], counts_padding: bool) -> tf.Tensor:
    """Return [1, height, width, 1]: the share of each window that torch divides by, where no size is known yet."""
    counted = tf.ones_like(images_NHWC[:1, :, :, :1])
    if counts_padding:
        # The extra margin of ceil_mode is never counted.
        margins = [(window.padding_before, window.padding_before) for window in windows]
        counted = tf.pad(counted, [(0, 0), *margins, (0, 0)], constant_values=tf.ones([], counted.dtype))
        windows = [
            replace(window, padding_before=0, padding_after=window.padding_after - window.padding_before)
            for window in windows
        ]
    return _mean_of_whole(counted, windows)

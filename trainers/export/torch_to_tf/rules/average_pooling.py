"""Means over windows."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating, rank_is
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.adaptive_bins import reduce_bins
from trainers.export.torch_to_tf.rules.convolution import has_static_image_size
from trainers.export.torch_to_tf.rules.window import Window, pair, pooling_window

aten = torch.ops.aten
FAMILY = Family()

Pair = int | Sequence[int]
_IMAGES = [rank_is(4), has_static_image_size, is_floating("input")]


@FAMILY.rule(aten.avg_pool2d.default, accepts=_IMAGES)
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
    corrections = [
        _correction(window, images.shape[axis + 1], pads[axis], count_include_pad or divisor_override is not None)
        for axis, window in enumerate(windows)
    ]
    margins = [(0, 0), *((window.padding_before, window.padding_after) for window in windows), (0, 0)]
    if any(any(margin) for margin in margins):
        images = tf.pad(images, margins)
    averages = tf.nn.avg_pool2d(images, sizes, steps, "VALID")
    factor = (
        np.outer(*corrections) if divisor_override is None else np.full((1, 1), sizes[0] * sizes[1] / divisor_override)
    )
    if np.any(factor != 1):
        averages = averages * tf.constant(factor[None, :, :, None], averages.dtype)
    return Value(averages, channels_last=True)


@FAMILY.rule(aten.adaptive_avg_pool2d.default, accepts=_IMAGES)
def adaptive_average_pool(context: Context, *, input: Value, output_size: Pair) -> Value:
    """Take the mean in each of so many bins of almost equal size."""
    images = context.channels_last(input)
    bins = pair(output_size)
    if bins == (1, 1):
        return Value(tf.reduce_mean(images, [1, 2], keepdims=True), channels_last=True)
    return Value(reduce_bins(images, bins, tf.reduce_mean), channels_last=True)


def _correction(window: Window, extent: int, padding: int, counts_padding: bool) -> np.ndarray:
    """Return, for each window position, its full size over the number of pixels that torch divides by."""
    starts = np.arange(window.output_extent(extent)) * window.stride - padding
    # The extra margin of ceil_mode is never counted, the ordinary padding only on request.
    ends = np.minimum(starts + window.size, extent + padding)
    if not counts_padding:
        starts, ends = np.maximum(starts, 0), np.minimum(ends, extent)
    return window.size / (ends - starts)

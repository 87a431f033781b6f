"""Means and maxima over windows of volumes [N, C, D, H, W]."""

import math
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_floating, only_first_result_is_used, rank_is
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.rules.adaptive_bins import Reduction, reduce_axis
from trainers.export.torch_to_tf.rules.axis_pooling import pool_axis, windows_of
from trainers.export.torch_to_tf.rules.max_pooling import without_positions
from trainers.export.torch_to_tf.rules.window import covered, triple
from trainers.export.torch_to_tf.symbolic import static_shape

aten = torch.ops.aten
FAMILY = Family()

Triple = int | Sequence[int]
_VOLUME_AXES = (2, 3, 4)


def has_static_volume_size(call: Call) -> str | None:
    """Accept volumes of which only the batch is dynamic."""
    dynamic = None in static_shape(call.shape("input"))[1:]
    return "an axis beside the first depends on the batch size; keep the batch in the first axis" if dynamic else None


_VOLUMES = [rank_is(5), has_static_volume_size, is_floating("input")]


@FAMILY.rule(aten.avg_pool3d.default, accepts=_VOLUMES)
def average_pool(
    context: Context,
    *,
    input: Value,
    kernel_size: Triple,
    stride: Triple,
    padding: Triple,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Value:
    """Sum each window and divide by its size, which torch counts in three ways at the borders."""
    tensor, sizes, pads = context.logical(input), triple(kernel_size), triple(padding)
    windows = windows_of(
        tensor.shape,
        sizes=sizes,
        strides=triple(stride or kernel_size),
        dilations=(1, 1, 1),
        paddings=pads,
        ceil_mode=ceil_mode,
    )
    for axis, window, pad in zip(_VOLUME_AXES, windows, pads, strict=True):
        extent = int(tensor.shape[axis])
        tensor = pool_axis(tensor, axis, window, tf.nn.avg_pool2d, 0.0)
        factors = window.size / covered(window, extent, pad, count_include_pad or divisor_override is not None)
        if np.any(factors != 1):
            tensor = tensor * tf.constant(factors.reshape([-1] + [1] * (4 - axis)), tensor.dtype)
    if divisor_override is not None:
        tensor = tensor * (math.prod(sizes) / divisor_override)
    return Value(tensor)


@FAMILY.rule(aten.max_pool3d.default, accepts=_VOLUMES)
def max_pool(
    context: Context,
    *,
    input: Value,
    kernel_size: Triple,
    stride: Triple,
    padding: Triple,
    dilation: Triple,
    ceil_mode: bool,
) -> Value:
    """Take the maximum in each window; padding never wins."""
    tensor = context.logical(input)
    windows = windows_of(
        tensor.shape,
        sizes=triple(kernel_size),
        strides=triple(stride or kernel_size),
        dilations=triple(dilation),
        paddings=triple(padding),
        ceil_mode=ceil_mode,
    )
    for axis, window in zip(_VOLUME_AXES, windows, strict=True):
        tensor = pool_axis(tensor, axis, window, tf.nn.max_pool2d, float("-inf"))
    return Value(tensor)


FAMILY.rule(aten.max_pool3d_with_indices.default, accepts=[*_VOLUMES, only_first_result_is_used])(
    without_positions(max_pool)
)


def _adaptive(reduction: Reduction) -> Convert:
    def convert(context: Context, *, input: Value, output_size: Triple) -> Value:
        tensor = context.logical(input)
        for axis, bins in zip(_VOLUME_AXES, triple(output_size), strict=True):
            tensor = reduce_axis(tensor, axis, bins, reduction)
        return Value(tensor)

    return convert


FAMILY.rule(aten.adaptive_avg_pool3d.default, aten._adaptive_avg_pool3d.default, accepts=_VOLUMES)(
    _adaptive(tf.reduce_mean)
)
FAMILY.rule(aten.adaptive_max_pool3d.default, accepts=[*_VOLUMES, only_first_result_is_used])(
    without_positions(_adaptive(tf.reduce_max))
)

"""Maxima over windows."""

import functools
from collections.abc import Sequence
from typing import Any

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating, only_first_result_is_used, rank_is
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.rules.adaptive_bins import reduce_bins
from trainers.export.torch_to_tf.rules.window import pad_images, pair, pooling_window, without_surplus
from trainers.export.torch_to_tf.shape_checks import has_computable_extents, has_size_per_image

aten = torch.ops.aten
FAMILY = Family(free_size=True)

Pair = int | Sequence[int]
_IMAGES = [rank_is(4), has_size_per_image, is_floating("input")]


@FAMILY.rule(aten.max_pool2d.default, accepts=[*_IMAGES, has_computable_extents])
def max_pool(
    context: Context,
    *,
    input: Value,
    kernel_size: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    ceil_mode: bool,
) -> Value:
    """Take the maximum in each window; padding never wins."""
    images = context.channels_last(input)
    sizes, steps, spreads, pads = pair(kernel_size), pair(stride or kernel_size), pair(dilation), pair(padding)
    rows, columns = (
        pooling_window(
            images.shape[axis + 1],
            size=sizes[axis],
            stride=steps[axis],
            dilation=spreads[axis],
            padding=pads[axis],
            ceil_mode=ceil_mode,
        )
        for axis in (0, 1)
    )
    if spreads == (1, 1):
        images, named_padding = pad_images(images, rows, columns, fill=float("-inf"))
        maxima = tf.nn.max_pool2d(images, sizes, steps, named_padding)
        return Value(without_surplus(context, maxima, rows, columns), channels_last=True)
    # TensorFlow pools with a stride or a dilation, not both: take every position, then each stride-th of them.
    margins = [(0, 0), *((window.padding_before, window.padding_after) for window in (rows, columns)), (0, 0)]
    padded = tf.pad(images, margins, constant_values=tf.cast(float("-inf"), images.dtype))
    maxima = tf.nn.pool(padded, sizes, "MAX", (1, 1), "VALID", dilations=spreads)
    maxima = maxima[:, :: steps[0], :: steps[1], :]
    return Value(without_surplus(context, maxima, rows, columns), channels_last=True)


def without_positions(convert: Convert) -> Convert:
    """Return a rule for the op that gives the positions of the maxima too, which nobody reads."""

    @functools.wraps(convert)
    def convert_alike(context: Context, **arguments: Any) -> tuple[Value, None]:
        return convert(context, **arguments), None

    return convert_alike


FAMILY.rule(
    aten.max_pool2d_with_indices.default, accepts=[*_IMAGES, only_first_result_is_used, has_computable_extents]
)(without_positions(max_pool))


@FAMILY.rule(aten.adaptive_max_pool2d.default, accepts=[*_IMAGES, only_first_result_is_used])
def adaptive_max_pool(context: Context, *, input: Value, output_size: Pair) -> tuple[Value, None]:
    """Take the maximum in each of so many bins of almost equal size."""
    return Value(reduce_bins(context.channels_last(input), pair(output_size), tf.reduce_max), channels_last=True), None

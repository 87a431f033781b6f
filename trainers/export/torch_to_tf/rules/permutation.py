"""Ops that reorder axes or elements."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import has_axes, rank_is, static_axis
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.extents import reshape_target
from trainers.export.torch_to_tf.layout import IMAGE_RANK, LOGICAL_AXIS_OF_NHWC, Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.shape_checks import has_known_channels

aten = torch.ops.aten
FAMILY = Family(free_size=True)


@FAMILY.rule(aten.permute.default)
def permute(context: Context, *, input: Value, dims: Sequence[int]) -> Value:
    """Reorder the axes; between NCHW and NHWC only the layout mark changes and no data moves."""
    order = input.positions(dims)
    if order == sorted(order):
        return Value(input.tensor)
    stored_as_nhwc = [order[axis] for axis in LOGICAL_AXIS_OF_NHWC] if input.rank == IMAGE_RANK else []
    if stored_as_nhwc and stored_as_nhwc == sorted(stored_as_nhwc):
        return Value(input.tensor, channels_last=True)
    return Value(tf.transpose(input.tensor, order))


@FAMILY.rule(aten.transpose.int, accepts=[has_axes])
def transpose(context: Context, *, input: Value, dim0: int, dim1: int) -> Value:
    """Swap two axes."""
    order = list(range(input.rank))
    order[dim0], order[dim1] = order[dim1], order[dim0]
    return permute(context, input=input, dims=order)


@FAMILY.rule(aten.t.default)
def transpose_matrix(context: Context, *, input: Value) -> Value:
    """Swap the axes of a matrix; a vector stays as it is."""
    return permute(context, input=input, dims=list(range(input.rank))[::-1])


@FAMILY.rule(aten.flip.default, accepts=[has_axes])
def flip(context: Context, *, input: Value, dims: Sequence[int]) -> Value:
    """Reverse the order along some axes."""
    return input.stored_alike(tf.reverse(input.tensor, input.positions(dims)))


@FAMILY.rule(aten.roll.default, accepts=[static_axis("dims")])
def roll(context: Context, *, input: Value, shifts: Sequence[int], dims: Sequence[int]) -> Value:
    """Shift elements along axes; what leaves at the end returns at the beginning."""
    if not dims:
        # Without axes the elements are shifted as one row.
        row = Value(tf.reshape(context.logical(input), [-1]))
        return context.reshape(roll(context, input=row, shifts=shifts, dims=[0]).tensor)
    tensor = input.tensor
    for shift, position in zip(shifts, input.positions(dims), strict=True):
        extent = int(tensor.shape[position])
        kept = extent - shift % extent
        if kept != extent:
            # TensorFlow Lite has no Roll.
            head, tail = tf.split(tensor, [kept, extent - kept], position)
            tensor = tf.concat([tail, head], position)
    return input.stored_alike(tensor)


@FAMILY.rule(aten.channel_shuffle.default, accepts=[rank_is(IMAGE_RANK), has_known_channels])
def shuffle_channels(context: Context, *, input: Value, groups: int) -> Value:
    """Interleave the channels of so many groups."""
    images = context.channels_last(input)
    *others, channels = reshape_target(images)
    shuffled = tf.transpose(tf.reshape(images, [*others, groups, channels // groups]), [0, 1, 2, 4, 3])
    return Value(tf.reshape(shuffled, [*others, channels]), channels_last=True)

"""Ops that take out part of a value."""

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import axis_of_one_image, has_axes, is_constant, static_axis
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value, without_axes
from trainers.export.torch_to_tf.registry import Check, Family
from trainers.export.torch_to_tf.symbolic import Extent

aten = torch.ops.aten
FAMILY = Family(free_size=True)

_NO_END = 2**31 - 1
"""torch writes a number from here on where a slice has no end."""


def is_everything(start: int | None, end: int | None) -> bool:
    """Tell whether a slice of step 1 is the whole axis, whatever its extent."""
    return start in (None, 0) and (end is None or (isinstance(end, int) and end >= _NO_END))


def _or_is_whole(check: Check) -> Check:
    def accepts(call: Call) -> str | None:
        start, end, step = (call.arguments[name] for name in ("start", "end", "step"))
        return None if step == 1 and is_everything(start, end) else check(call)

    return accepts


slices_known_axis = _or_is_whole(static_axis())
"""Accepts slices of axes of known extents, and whole axes of any extent."""


@FAMILY.rule(aten.slice.Tensor, accepts=[_or_is_whole(axis_of_one_image())], symbolic=["start", "end"])
def slice_axis(
    context: Context, *, input: Value, dim: int, start: Extent | None, end: Extent | None, step: int
) -> Value:
    """Take every step-th position from start to end along an axis."""
    if step == 1 and is_everything(start, end):
        return input
    position = input.position(dim)
    extent = input.tensor.shape[position]
    first, last = (None if bound is None else context.extent(bound) for bound in (start, end))
    if extent is None or tf.is_tensor(first) or tf.is_tensor(last):
        cut = slice(first, None if is_everything(None, last) else last, step)
    else:
        # TensorFlow Lite counts in 32 bits and would take torch's 2**63 - 1 for -1.
        cut = slice(*slice(first, last, step).indices(extent))
    return input.stored_alike(input.tensor[(slice(None),) * position + (cut,)])


@FAMILY.rule(aten.select.int, accepts=[axis_of_one_image()])
def select(context: Context, *, input: Value, dim: int, index: int) -> Value:
    """Take one position of an axis and drop the axis."""
    position = input.position(dim)
    # A number as an index drops the axis; -1 counts from the end in both frameworks.
    tensor = input.tensor[(slice(None),) * position + (index,)]
    return without_axes(input, tensor, [dim % input.rank])


@FAMILY.rule(aten.index_select.default, accepts=[static_axis(), is_constant("index")])
def select_positions(context: Context, *, input: Value, dim: int, index: Constant) -> Value:
    """Take some positions of an axis, in the given order."""
    return input.stored_alike(tf.gather(input.tensor, context.weight(index), axis=input.position(dim)))


@FAMILY.rule(aten.gather.default, accepts=[has_axes, static_axis()], implied=["sparse_grad"])
def gather_along_axis(context: Context, *, input: Operand, dim: int, index: Operand) -> Value:
    """Take, at each place, the element that an index of the same rank names along an axis."""
    tensor, positions = context.logical(input), context.logical(index)
    order = list(range(context.rank))
    order[dim], order[-1] = order[-1], order[dim]
    if any(own is None or own != other for own, other in zip(tensor.shape, positions.shape, strict=True)):
        # An index may be shorter along the other axes; what lies beyond it is not looked at.
        reach = tf.tensor_scatter_nd_update(tf.shape(positions), [[dim % context.rank]], [-1])
        tensor = tf.slice(tensor, [0] * context.rank, reach)
    tensor, positions = tf.transpose(tensor, order), tf.transpose(positions, order)
    taken = tf.gather(tensor, positions, axis=-1, batch_dims=context.rank - 1)
    return Value(tf.transpose(taken, order))


@FAMILY.rule(aten.unfold.default, accepts=[static_axis("dimension")])
def slide(context: Context, *, input: Operand, dimension: int, size: int, step: int) -> Value:
    """Replace an axis by the positions of a window that slides along it, and put the window behind all axes."""
    tensor = context.logical(input)
    axis, rank = dimension % tensor.shape.rank, tensor.shape.rank
    starts = np.arange(0, int(tensor.shape[axis]) - size + 1, step)
    windows = tf.gather(tensor, tf.constant(starts[:, None] + np.arange(size), tf.int32), axis=axis)
    return Value(tf.transpose(windows, [*range(axis + 1), *range(axis + 2, rank + 1), axis + 1]))


@FAMILY.rule(
    aten.embedding.default, accepts=[is_constant("weight")], implied=["padding_idx", "scale_grad_by_freq", "sparse"]
)
def embed(context: Context, *, weight: Constant, indices: Value) -> Value:
    """Look up rows of a table; indices are in 0..rows - 1."""
    return Value(tf.gather(context.weight(weight), context.logical(indices)))

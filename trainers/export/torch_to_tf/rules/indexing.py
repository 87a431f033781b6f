"""Ops that take out part of a value."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import axis_of_one_image, has_axes, is_constant, static_axis
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE
from trainers.export.torch_to_tf.layout import Value, without_axes
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.shape_checks import has_computable_extents
from trainers.export.torch_to_tf.symbolic import Extent

aten = torch.ops.aten
FAMILY = Family(free_size=True)

_NO_END = 2**31 - 1
"""torch writes a number from here on where a slice has no end."""

_INDEX_TYPES = (torch.int64, torch.int32)


def slices_known_axis(call: Call) -> str | None:
    """Accept slices of axes of known extents, and whole axes of any extent."""
    start, end, step = (call.arguments[name] for name in ("start", "end", "step"))
    return None if step == 1 and is_everything(start, end) else static_axis()(call)


def _slices_axis_of_one_image(call: Call) -> str | None:
    """Accept slices of axes whose extents do not depend on the batch size, and whole axes of any extent."""
    start, end, step = (call.arguments[name] for name in ("start", "end", "step"))
    return None if step == 1 and is_everything(start, end) else axis_of_one_image()(call)


def is_everything(start: int | None, end: int | None) -> bool:
    """Tell whether a slice of step 1 is the whole axis, whatever its extent."""
    return start in (None, 0) and (end is None or (isinstance(end, int) and end >= _NO_END))


def _indexes_by_integers(call: Call) -> str | None:
    given = {axis: index for axis, index in enumerate(call.arguments["indices"]) if index is not None}
    if any(index.meta["val"].dtype not in _INDEX_TYPES for index in given.values()):
        return "an index holds no integers; use slices, or torch.where for a mask"
    extents = [call.shape("input")[axis] for axis in given]
    if any(call.depends_on_batch(extent) for extent in extents):
        return "it indexes the batch axis; carried are the other axes only"
    # Several indices are broadcast against each other, which is done with known extents.
    if len(given) > 1:
        extents += [extent for index in given.values() for extent in index.meta["val"].shape]
    return NEEDS_FIXED_SIZE if any(call.depends_on_size(extent) for extent in extents) else None


def _reaches_along_axis(call: Call) -> str | None:
    if not call.shape("input"):
        return has_axes(call)
    axis = call.arguments["dim"] % len(call.shape("input"))
    pairs = enumerate(zip(call.shape("input"), call.shape("index"), strict=True))
    differing = [at for at, (extent, other) in pairs if at != axis and str(extent) != str(other)]
    return f"`index` is shorter along the axes {differing}; expand or slice to the same extents" if differing else None


@FAMILY.rule(aten.slice.Tensor, accepts=[_slices_axis_of_one_image], symbolic=["start", "end"])
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


@FAMILY.rule(aten.index.Tensor, accepts=[_indexes_by_integers, has_computable_extents])
def gather(context: Context, *, input: Operand, indices: Sequence[Operand | None]) -> Value:
    """Replace axes by the broadcast shape of the indices into them: where they were, or in front if they were apart."""
    tensor = context.logical(input)
    given = {axis: index for axis, index in enumerate(indices) if index is not None}
    axes = list(given)
    positions = [_positive(context, index, int(tensor.shape[axis])) for axis, index in given.items()]
    if len(axes) == 1:
        return Value(tf.gather(tensor, positions[0], axis=axes[0]))
    added = max(index.shape.rank for index in positions)
    are_apart = axes != list(range(axes[0], axes[-1] + 1))
    before = 0 if are_apart else axes[0]
    shape = context.shape[before : before + added]
    stacked = tf.stack([tf.broadcast_to(index, shape) for index in positions], -1)
    others = [axis for axis in range(tensor.shape.rank) if axis not in given]
    result = tf.gather_nd(tf.transpose(tensor, [*axes, *others]), stacked)
    if are_apart:
        return Value(result)
    order = [*range(added, added + before), *range(added), *range(added + before, result.shape.rank)]
    return Value(tf.transpose(result, order))


@FAMILY.rule(aten.gather.default, accepts=[static_axis(), _reaches_along_axis], implied=["sparse_grad"])
def gather_along_axis(context: Context, *, input: Operand, dim: int, index: Operand) -> Value:
    """Take, at each place, the element that an index of the same rank names along an axis."""
    order = list(range(context.rank))
    order[dim], order[-1] = order[-1], order[dim]
    tensor, positions = (tf.transpose(context.logical(operand), order) for operand in (input, index))
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


def _positive(context: Context, index: Operand, extent: int) -> tf.Tensor:
    """Count negative indices from the end, which TensorFlow does not."""
    if isinstance(index, Constant):
        return context.weight(context.derive(index, index.tensor % extent, f"positive_{extent}"))
    positions = context.logical(index)
    return tf.where(positions < 0, positions + extent, positions)


@FAMILY.rule(
    aten.embedding.default, accepts=[is_constant("weight")], implied=["padding_idx", "scale_grad_by_freq", "sparse"]
)
def embed(context: Context, *, weight: Constant, indices: Value) -> Value:
    """Look up rows of a table; indices are in 0..rows - 1."""
    return Value(tf.gather(context.weight(weight), context.logical(indices)))

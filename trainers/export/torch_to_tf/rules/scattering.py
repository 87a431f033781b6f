"""Ops that write a part into a tensor; assignments in forward() become these."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import static_axis
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.indexing import is_everything, slices_known_axis
from trainers.export.torch_to_tf.shape_checks import has_computable_extents

aten = torch.ops.aten
FAMILY = Family(free_size=True)


@FAMILY.rule(aten.slice_scatter.default, accepts=[slices_known_axis])
def write_slice(
    context: Context, *, input: Operand, src: Operand, dim: int, start: int | None, end: int | None, step: int
) -> Value:
    """Put a source in place of every step-th position from start to end of an axis."""
    tensor, axis = context.logical(input), dim % context.rank
    if step == 1 and is_everything(start, end):
        return copy(context, src=src)
    extent, source = int(tensor.shape[axis]), tf.cast(context.logical(src), tensor.dtype)
    begin, stop, _ = slice(start, end).indices(extent)
    if step == 1:
        return _replace(tensor, source, axis, begin, stop)
    written = range(begin, stop, step)
    # Behind the tensor's own positions come those of the source.
    places = [extent + written.index(at) if at in written else at for at in range(extent)]
    return Value(tf.gather(tf.concat([tensor, source], axis), tf.constant(places, tf.int32), axis=axis))


@FAMILY.rule(aten.select_scatter.default, accepts=[static_axis()])
def write_position(context: Context, *, input: Operand, src: Operand, dim: int, index: int) -> Value:
    """Put a source in place of one position of an axis."""
    tensor, axis = context.logical(input), dim % context.rank
    begin = index % int(tensor.shape[axis])
    source = tf.expand_dims(tf.cast(context.logical(src), tensor.dtype), axis)
    return _replace(tensor, source, axis, begin, begin + 1)


@FAMILY.rule(aten.copy.default, accepts=[has_computable_extents], implied=["input"])
def copy(context: Context, *, src: Operand) -> Value:
    """Return the source in the shape and type of what it is copied into."""
    return Value(tf.broadcast_to(tf.cast(context.logical(src), context.dtype), tf.stack(context.shape)))


def _replace(tensor: tf.Tensor, source: tf.Tensor, axis: int, begin: int, stop: int) -> Value:
    head, _, tail = tf.split(tensor, [begin, stop - begin, int(tensor.shape[axis]) - stop], axis)
    return Value(tf.concat([head, source, tail], axis))

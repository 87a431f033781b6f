"""Ops that write single elements, each at a position along one axis that an index of the same rank names.

Where several elements go to one position, torch promises nothing for a plain write; sums and extremes are exact.
"""

from collections.abc import Callable

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_floating, is_value
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family()

Scatter = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]
"""(tensor, coordinates, elements) -> tensor."""

_REDUCTIONS: dict[str, Scatter] = {
    "sum": tf.tensor_scatter_nd_add,
    "mean": tf.tensor_scatter_nd_add,
    "amax": tf.tensor_scatter_nd_max,
    "amin": tf.tensor_scatter_nd_min,
}


def _has_axes(call: Call) -> str | None:
    return None if call.result.shape else "it writes into a single number; reshape it to one axis"


@FAMILY.rule(aten.scatter.src, accepts=[_has_axes])
def write(context: Context, *, input: Operand, dim: int, index: Operand, src: Operand) -> Value:
    """Put each element of a source where the index says."""
    return _scatter(context, tf.tensor_scatter_nd_update, input=input, dim=dim, index=index, src=src)


@FAMILY.rule(aten.scatter.value, accepts=[_has_axes])
def write_number(context: Context, *, input: Operand, dim: int, index: Operand, value: Number) -> Value:
    """Put a number where the index says."""
    tensor = context.logical(input)
    coordinates = _coordinates(context.logical(index), dim % context.rank)
    numbers = tf.fill(tf.shape(coordinates)[:-1], tf.cast(value, tensor.dtype))
    return Value(tf.tensor_scatter_nd_update(tensor, coordinates, numbers))


@FAMILY.rule(aten.scatter_add.default, accepts=[_has_axes])
def add(context: Context, *, input: Operand, dim: int, index: Operand, src: Operand) -> Value:
    """Add each element of a source where the index says."""
    return _scatter(context, tf.tensor_scatter_nd_add, input=input, dim=dim, index=index, src=src)


@FAMILY.rule(aten.scatter.reduce, accepts=[_has_axes, is_value("reduce", "add")], implied=["reduce"])
def add_by_name(context: Context, *, input: Operand, dim: int, index: Operand, src: Operand) -> Value:
    """Add each element of a source where the index says: the older spelling."""
    return add(context, input=input, dim=dim, index=index, src=src)


@FAMILY.rule(aten.scatter_reduce.two, accepts=[_has_axes, is_value("reduce", *_REDUCTIONS), is_floating("input")])
def reduce(
    context: Context, *, input: Operand, dim: int, index: Operand, src: Operand, reduce: str, include_self: bool
) -> Value:
    """Combine what goes to one position by sum, mean or extreme, with or without what was there."""
    tensor, elements, coordinates = _operands(context, input, dim, index, src)
    if not include_self:
        neutral = {"amax": float("-inf"), "amin": float("inf")}.get(reduce, 0.0)
        emptied = tf.fill(tf.shape(elements), tf.cast(neutral, tensor.dtype))
        tensor = tf.tensor_scatter_nd_update(tensor, coordinates, emptied)
    result = _REDUCTIONS[reduce](tensor, coordinates, elements)
    if reduce == "mean":
        counts = tf.ones_like(tensor) if include_self else tf.zeros_like(tensor)
        counts = tf.tensor_scatter_nd_add(counts, coordinates, tf.ones_like(elements))
        result = result / tf.maximum(counts, 1)
    return Value(result)


def _scatter(context: Context, scatter: Scatter, *, input: Operand, dim: int, index: Operand, src: Operand) -> Value:
    tensor, elements, coordinates = _operands(context, input, dim, index, src)
    return Value(scatter(tensor, coordinates, elements))


def _operands(
    context: Context, input: Operand, dim: int, index: Operand, src: Operand
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Return the tensor, the elements to write and their coordinates; a source may be larger than the index."""
    positions, source = context.logical(index), context.logical(src)
    elements = tf.slice(source, [0] * context.rank, tf.shape(positions))
    return context.logical(input), elements, _coordinates(positions, dim % context.rank)


def _coordinates(positions: tf.Tensor, axis: int) -> tf.Tensor:
    """Return the coordinates of each position along an axis, the others being those of the position itself."""
    shape, rank = tf.shape(positions), positions.shape.rank
    along = [tf.reshape(tf.range(shape[at]), [-1 if at == other else 1 for other in range(rank)]) for at in range(rank)]
    along[axis] = tf.cast(positions, tf.int32)
    return tf.stack([tf.broadcast_to(one, shape) for one in along], -1)

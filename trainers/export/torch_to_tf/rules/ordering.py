"""Ops that depend on the order of elements: sorting, the largest few, positions of extremes.

Where elements are equal, torch promises no order unless a sort is stable; TensorFlow then puts the first one first.
"""

from collections.abc import Callable

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import axis_of_one_image, static_axis
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.type_checks import is_number

aten = torch.ops.aten
FAMILY = Family(free_size=True)
_ALONG_KNOWN_AXIS = [is_number, static_axis()]
_ALONG_AXIS = [is_number, axis_of_one_image()]


def _takes_one_axis(call: Call) -> str | None:
    return "without `dim` it counts over the whole batch; name an axis" if call.arguments["dim"] is None else None


@FAMILY.rule(aten.topk.default, accepts=_ALONG_KNOWN_AXIS, implied=["sorted"])
def top_k(context: Context, *, input: Value, k: int, dim: int, largest: bool) -> tuple[Value, Value]:
    """Return the k largest or smallest elements along an axis and their positions, the best first."""
    tensor, order = _axis_last(context, input, dim)
    # Inverting every bit turns the order of whole numbers round without an overflow.
    reverse = tf.bitwise.invert if tensor.dtype.is_integer else tf.negative
    values, positions = tf.math.top_k(tensor if largest else reverse(tensor), k)
    values = values if largest else reverse(values)
    return _both(values, tf.cast(positions, tf.int64), order)


@FAMILY.rule(aten.sort.default, aten.sort.stable, accepts=_ALONG_KNOWN_AXIS, implied=["stable"])
def sort(context: Context, *, input: Value, dim: int, descending: bool) -> tuple[Value, Value]:
    """Sort along an axis, stably; return the elements and where they were."""
    return top_k(context, input=input, k=int(input.extent(dim) or 0), dim=dim, largest=descending)


@FAMILY.rule(aten.argmax.default, accepts=[is_number, _takes_one_axis, axis_of_one_image()])
def argmax(context: Context, *, input: Value, dim: int, keepdim: bool) -> Value:
    """Return the position of the first largest element along an axis."""
    return _position(context, input, dim, keepdim, tf.argmax)


@FAMILY.rule(aten.argmin.default, accepts=[is_number, _takes_one_axis, axis_of_one_image()])
def argmin(context: Context, *, input: Value, dim: int, keepdim: bool) -> Value:
    """Return the position of the first smallest element along an axis."""
    return _position(context, input, dim, keepdim, tf.argmin)


def _extreme(reduction: Callable[..., tf.Tensor], position: Callable[..., tf.Tensor]) -> Convert:
    def convert(context: Context, *, input: Value, dim: int, keepdim: bool) -> tuple[Value, Value]:
        tensor, axis = context.logical(input), dim % input.rank
        return Value(reduction(tensor, axis, keepdims=keepdim)), _position(context, input, dim, keepdim, position)

    return convert


FAMILY.rule(aten.max.dim, accepts=_ALONG_AXIS)(_extreme(tf.reduce_max, tf.argmax))
FAMILY.rule(aten.min.dim, accepts=_ALONG_AXIS)(_extreme(tf.reduce_min, tf.argmin))


def _position(context: Context, input: Value, dim: int, keepdim: bool, function: Callable[..., tf.Tensor]) -> Value:
    axis = dim % input.rank
    positions = function(context.logical(input), axis, output_type=tf.int64)
    return Value(tf.expand_dims(positions, axis) if keepdim else positions)


def _axis_last(context: Context, input: Value, dim: int) -> tuple[tf.Tensor, list[int]]:
    """Return the tensor with an axis moved to the end, and the order that moves it back."""
    order = list(range(input.rank))
    order[dim], order[-1] = order[-1], order[dim]
    tensor = context.logical(input)
    return (tensor if order == sorted(order) else tf.transpose(tensor, order)), order


def _both(values: tf.Tensor, positions: tf.Tensor, order: list[int]) -> tuple[Value, Value]:
    if order == sorted(order):
        return Value(values), Value(positions)
    return Value(tf.transpose(values, order)), Value(tf.transpose(positions, order))

"""Medians and other elements at a fixed place in the order along an axis."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating, static_axis
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family()
_ALONG_AXIS = [is_floating("input"), static_axis()]


@FAMILY.rule(aten.kthvalue.default, accepts=_ALONG_AXIS)
def kth_smallest(context: Context, *, input: Value, k: int, dim: int, keepdim: bool) -> tuple[Value, Value]:
    """Return the k-th smallest element along an axis, counted from 1, and where it is."""
    tensor, axis = context.logical(input), dim % input.rank
    last = [*(other for other in range(input.rank) if other != axis), axis]
    values, positions = tf.math.top_k(-tf.transpose(tensor, last), k)
    value, position = -values[..., k - 1], tf.cast(positions[..., k - 1], tf.int64)
    if keepdim:
        value, position = tf.expand_dims(value, axis), tf.expand_dims(position, axis)
    return Value(value), Value(position)


@FAMILY.rule(aten.median.dim, accepts=_ALONG_AXIS)
def median(context: Context, *, input: Value, dim: int, keepdim: bool) -> tuple[Value, Value]:
    """Return the middle element along an axis, of an even number the smaller one, and where it is."""
    middle = (int(input.extent(dim) or 1) + 1) // 2
    value, position = kth_smallest(context, input=input, k=middle, dim=dim, keepdim=keepdim)
    has_nan = tf.reduce_any(tf.math.is_nan(context.logical(input)), dim % input.rank, keepdims=keepdim)
    not_a_number = tf.constant(float("nan"), value.tensor.dtype)
    return Value(tf.where(has_nan, not_a_number, value.tensor)), position

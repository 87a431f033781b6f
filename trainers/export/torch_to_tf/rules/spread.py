"""Variance and standard deviation; over the batch axis too, whatever its size."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.extents import extent_of
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.reduction import Axes, has_named_axes, reduce_axes

aten = torch.ops.aten
FAMILY = Family(free_size=True)
_FLOATING = [is_floating("input"), has_named_axes]


@FAMILY.rule(aten.var.correction, accepts=_FLOATING)
def variance(context: Context, *, input: Value, dim: Axes, correction: float | None, keepdim: bool) -> Value:
    """Mean squared deviation, dividing by the count less a correction that is 1 by default."""
    lessened_by = 1 if correction is None else correction

    def reduction(tensor: tf.Tensor, axes: Sequence[int], *, keepdims: bool) -> tf.Tensor:
        deviations = tensor - tf.reduce_mean(tensor, axes, keepdims=True)
        total = tf.reduce_sum(tf.square(deviations), axes, keepdims=keepdims)
        return total / tf.maximum(_count(tensor, axes) - tf.cast(lessened_by, tensor.dtype), 0)

    return reduce_axes(input, dim, keepdim, reduction)


@FAMILY.rule(aten.std.correction, accepts=_FLOATING)
def standard_deviation(context: Context, *, input: Value, dim: Axes, correction: float | None, keepdim: bool) -> Value:
    """Square root of the variance."""
    value = variance(context, input=input, dim=dim, correction=correction, keepdim=keepdim)
    return value.stored_alike(tf.sqrt(value.tensor))


@FAMILY.rule(aten.var_mean.correction, accepts=_FLOATING)
def variance_and_mean(
    context: Context, *, input: Value, dim: Axes, correction: float | None, keepdim: bool
) -> tuple[Value, Value]:
    """Both at once."""
    value = variance(context, input=input, dim=dim, correction=correction, keepdim=keepdim)
    return value, reduce_axes(input, dim, keepdim, tf.reduce_mean)


def _count(tensor: tf.Tensor, axes: Sequence[int]) -> tf.Tensor:
    count = tf.cast(1, tensor.dtype)
    for axis in axes:
        count = count * tf.cast(extent_of(tensor, axis), tensor.dtype)
    return count

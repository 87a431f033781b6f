"""Ops that reduce axes to one number each."""

import functools
import operator
from collections.abc import Callable, Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import axis_of_one_image, has_axes, is_boolean, is_floating, is_value
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.extents import extent_of
from trainers.export.torch_to_tf.layout import Value, without_axes
from trainers.export.torch_to_tf.registry import Convert, Family

aten = torch.ops.aten
FAMILY = Family(free_size=True)

Axes = int | Sequence[int] | None
Reduction = Callable[..., tf.Tensor]


def _keeps_type(call: Call) -> str | None:
    dtype = call.arguments["dtype"]
    return None if dtype in (None, call.tensor("input").dtype) else f"`dtype={dtype}` is not carried; convert first"


def _has_the_axes(call: Call) -> str | None:
    return None if call.arguments.get("dim") in (None, []) else has_axes(call)


def _names_an_axis(call: Call) -> str | None:
    """Refuse an empty list, which in these ops means no axis at all and in the others every one."""
    return "`dim=[]` is not carried; leave it out to reduce every axis" if call.arguments.get("dim") == [] else None


def reduce_axes(value: Value, dim: Axes, keepdim: bool, reduction: Reduction) -> Value:
    """Reduce logical axes, all of them for None or an empty list.

    Args:
        value: What to reduce.
        dim: Logical axes, possibly negative.
        keepdim: Whether they stay with extent 1.
        reduction: Takes a tensor, stored axes and `keepdims`.
    """
    chosen = [dim] if isinstance(dim, int) else list(dim or range(value.rank))
    axes = [axis % value.rank for axis in chosen]
    tensor = reduction(value.tensor, value.positions(axes), keepdims=keepdim)
    return value.stored_alike(tensor) if keepdim else without_axes(value, tensor, axes)


def _over_axes(reduction: Reduction) -> Convert:
    def convert(context: Context, *, input: Value, dim: Axes = None, keepdim: bool = False) -> Value:
        return reduce_axes(input, dim, keepdim, reduction)

    return convert


def _sum_of_whole_numbers_or_floats(call: Call) -> str | None:
    """Accept floats, and integers and booleans that torch sums as int64 or, on request, as floats."""
    dtype = call.tensor("input").dtype
    if dtype.is_floating_point:
        return _keeps_type(call)
    result = call.result.dtype
    is_exact = result is torch.int64 or result.is_floating_point
    return None if is_exact else f"its result is {result}; convert with .float() first"


@FAMILY.rule(
    aten.sum.dim_IntList, aten.sum.default, accepts=[_sum_of_whole_numbers_or_floats, _has_the_axes], implied=["dtype"]
)
def total(context: Context, *, input: Value, dim: Axes = None, keepdim: bool = False) -> Value:
    """Sum over axes; booleans count."""
    return reduce_axes(input.stored_alike(tf.cast(input.tensor, context.dtype)), dim, keepdim, tf.reduce_sum)


@FAMILY.rule(aten.prod.dim_int, accepts=[is_floating("input"), _keeps_type, has_axes], implied=["dtype"])
def product(context: Context, *, input: Value, dim: int, keepdim: bool) -> Value:
    """Multiply along an axis."""
    return reduce_axes(input, dim, keepdim, tf.reduce_prod)


for _targets, _reduction, _checks, _implied in [
    ((aten.mean.dim, aten.mean.default), tf.reduce_mean, [_keeps_type], ["dtype"]),
    ((aten.amax.default, aten.max.default), tf.reduce_max, [], []),
    ((aten.amin.default, aten.min.default), tf.reduce_min, [], []),
    ((aten.logsumexp.default,), tf.reduce_logsumexp, [], []),
]:
    FAMILY.rule(*_targets, accepts=[is_floating("input"), _has_the_axes, *_checks], implied=_implied)(
        _over_axes(_reduction)
    )
for _targets, _reduction in [
    ((aten.any.default, aten.any.dim, aten.any.dims), tf.reduce_any),
    ((aten.all.default, aten.all.dim, aten.all.dims), tf.reduce_all),
]:
    FAMILY.rule(*_targets, accepts=[is_boolean("input"), _has_the_axes, _names_an_axis])(_over_axes(_reduction))


def _variance(tensor: tf.Tensor, axes: Sequence[int], *, keepdims: bool, correction: float) -> tf.Tensor:
    count = functools.reduce(operator.mul, (extent_of(tensor, axis) for axis in axes), 1)
    divisor = (
        tf.maximum(tf.cast(count, tensor.dtype) - correction, 0) if tf.is_tensor(count) else max(count - correction, 0)
    )
    deviations = tensor - tf.reduce_mean(tensor, axes, keepdims=True)
    return tf.reduce_sum(tf.square(deviations), axes, keepdims=keepdims) / divisor


@FAMILY.rule(aten.var.correction, accepts=[is_floating("input"), axis_of_one_image()])
def variance(context: Context, *, input: Value, dim: Axes, correction: float | None, keepdim: bool) -> Value:
    """Mean squared deviation, dividing by the count less a correction that is 1 by default."""
    lessened_by = 1 if correction is None else correction

    def reduction(tensor: tf.Tensor, axes: Sequence[int], *, keepdims: bool) -> tf.Tensor:
        return _variance(tensor, axes, keepdims=keepdims, correction=lessened_by)

    return reduce_axes(input, dim, keepdim, reduction)


@FAMILY.rule(aten.std.correction, accepts=[is_floating("input"), axis_of_one_image()])
def standard_deviation(context: Context, *, input: Value, dim: Axes, correction: float | None, keepdim: bool) -> Value:
    """Square root of the variance."""
    value = variance(context, input=input, dim=dim, correction=correction, keepdim=keepdim)
    return value.stored_alike(tf.sqrt(value.tensor))


_NORMS: dict[float, Reduction] = {
    1: lambda tensor, axes, keepdims: tf.reduce_sum(tf.abs(tensor), axes, keepdims=keepdims),
    2: lambda tensor, axes, keepdims: tf.sqrt(tf.reduce_sum(tf.square(tensor), axes, keepdims=keepdims)),
    float("inf"): lambda tensor, axes, keepdims: tf.reduce_max(tf.abs(tensor), axes, keepdims=keepdims),
}


@FAMILY.rule(
    aten.linalg_vector_norm.default,
    accepts=[is_floating("input"), is_value("ord", 1, 1.0, 2, 2.0, float("inf")), _keeps_type, _has_the_axes],
    implied=["dtype"],
)
def vector_norm(context: Context, *, input: Value, ord: float, dim: Axes, keepdim: bool) -> Value:
    """Sum of magnitudes, root of the sum of squares, or largest magnitude."""
    return reduce_axes(input, dim, keepdim, _NORMS[ord])

"""Ops that reduce axes to one number each."""

from collections.abc import Callable, Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import has_axes, is_floating
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value, without_axes
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.type_checks import is_number, result_is_number

aten = torch.ops.aten
FAMILY = Family(free_size=True)

Axes = int | Sequence[int] | None
Reduction = Callable[..., tf.Tensor]


def has_named_axes(call: Call) -> str | None:
    """Refuse axes of a single number, which torch takes as if it had one."""
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


def _in_result_type(reduction: Reduction) -> Convert:
    def convert(context: Context, *, input: Value, dim: Axes = None, keepdim: bool = False) -> Value:
        return reduce_axes(input.stored_alike(tf.cast(input.tensor, context.dtype)), dim, keepdim, reduction)

    return convert


def _of_truth(reduction: Reduction) -> Convert:
    def convert(context: Context, *, input: Value, dim: Axes = None, keepdim: bool = False) -> Value:
        return reduce_axes(input.stored_alike(tf.cast(input.tensor, tf.bool)), dim, keepdim, reduction)

    return convert


for _targets, _reduction in [
    ((aten.sum.dim_IntList, aten.sum.default), tf.reduce_sum),
    ((aten.mean.dim, aten.mean.default), tf.reduce_mean),
    ((aten.prod.dim_int, aten.prod.default), tf.reduce_prod),
]:
    FAMILY.rule(*_targets, accepts=[result_is_number, has_named_axes], implied=["dtype"])(_in_result_type(_reduction))
for _targets, _reduction in [
    ((aten.amax.default, aten.max.default), tf.reduce_max),
    ((aten.amin.default, aten.min.default), tf.reduce_min),
]:
    FAMILY.rule(*_targets, accepts=[is_number, has_named_axes])(_over_axes(_reduction))
FAMILY.rule(aten.logsumexp.default, accepts=[is_floating("input"), has_named_axes])(_over_axes(tf.reduce_logsumexp))
for _of_axes, _reduction in [
    ((aten.any.default, aten.any.dim, aten.any.dims), tf.reduce_any),
    ((aten.all.default, aten.all.dim, aten.all.dims), tf.reduce_all),
]:
    FAMILY.rule(*_of_axes, accepts=[has_named_axes, _names_an_axis])(_of_truth(_reduction))

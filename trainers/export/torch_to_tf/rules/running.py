"""Ops that carry something along an axis: running sums, products and extremes."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import axis_of_one_image, is_floating, only_first_result_is_used, static_axis
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.type_checks import result_is_number

aten = torch.ops.aten
FAMILY = Family(free_size=True)
_MAX_EXTENT = 1024


@FAMILY.rule(aten.cumsum.default, accepts=[result_is_number, axis_of_one_image()], implied=["dtype"])
def running_sum(context: Context, *, input: Value, dim: int) -> Value:
    """Sum from the start of an axis to each position."""
    return input.stored_alike(tf.cumsum(tf.cast(input.tensor, context.dtype), input.position(dim)))


@FAMILY.rule(aten.cumprod.default, accepts=[result_is_number, axis_of_one_image()], implied=["dtype"])
def running_product(context: Context, *, input: Value, dim: int) -> Value:
    """Multiply from the start of an axis to each position."""
    return input.stored_alike(tf.math.cumprod(tf.cast(input.tensor, context.dtype), input.position(dim)))


def _is_short(call: Call) -> str | None:
    extent = call.extent("input", call.arguments["dim"]) or 0
    return None if extent <= _MAX_EXTENT else f"its axis has {extent} positions; carried are up to {_MAX_EXTENT}"


def _up_to_each(input: Value, dim: int, reduction: Callable[..., tf.Tensor]) -> Value:
    """Reduce the start of an axis up to each position: everything behind is -inf, which never counts."""
    position = input.position(dim)
    tensor = tf.expand_dims(input.tensor, position)
    extent = int(tensor.shape[position + 1])
    reached = np.tril(np.ones((extent, extent), bool)).reshape([extent, extent] + [1] * (input.rank - position - 1))
    nothing = tf.constant(float("-inf"), tensor.dtype)
    return input.stored_alike(reduction(tf.where(tf.constant(reached), tensor, nothing), position + 1))


_CHECKS = [is_floating("input"), static_axis(), _is_short]


@FAMILY.rule(aten.logcumsumexp.default, accepts=_CHECKS)
def running_log_of_sum(context: Context, *, input: Value, dim: int) -> Value:
    """Logarithm of the running sum of exponentials."""
    return _up_to_each(input, dim, tf.reduce_logsumexp)


def _running_extreme(sign: int) -> Convert:
    def convert(context: Context, *, input: Value, dim: int) -> tuple[Value, None]:
        value = _up_to_each(input.stored_alike(input.tensor * sign), dim, tf.reduce_max)
        return value.stored_alike(value.tensor * sign), None

    return convert


for _target, _sign in ((aten.cummax.default, 1), (aten.cummin.default, -1)):
    FAMILY.rule(_target, accepts=[*_CHECKS, only_first_result_is_used])(_running_extreme(_sign))

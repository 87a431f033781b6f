"""Arithmetic on two or three broadcast operands, with torch's type promotion."""

from collections.abc import Callable

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, align, number
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.type_checks import result_is_floating, result_is_number

aten = torch.ops.aten
FAMILY = Family(free_size=True)


def _result_is_number_or_boolean(call: Call) -> str | None:
    return None if call.result.dtype is torch.bool else result_is_number(call)


def _binary(function: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> Convert:
    def convert(context: Context, *, input: Operand, other: Operand | Number) -> Value:
        (left, right), channels_last = align(context, [input, other])
        return Value(function(left, right), channels_last)

    return convert


def _product(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Multiply; booleans are 0 and 1."""
    return tf.logical_and(left, right) if left.dtype == tf.bool else left * right


FAMILY.rule(aten.mul.Tensor, aten.mul.Scalar, accepts=[_result_is_number_or_boolean])(_binary(_product))
for _targets, _function in [
    ((aten.maximum.default, aten.max.other), tf.maximum),
    ((aten.minimum.default, aten.min.other), tf.minimum),
]:
    FAMILY.rule(*_targets, accepts=[result_is_number])(_binary(_function))
FAMILY.rule(aten.div.Tensor, aten.div.Scalar, accepts=[result_is_floating])(_binary(tf.divide))
FAMILY.rule(aten.atan2.default, accepts=[result_is_floating])(_binary(tf.atan2))


@FAMILY.rule(aten.add.Tensor, aten.add.Scalar, accepts=[result_is_number])
def add(context: Context, *, input: Operand, other: Operand | Number, alpha: Number) -> Value:
    """Input + alpha * other."""
    (left, right), channels_last = align(context, [input, other])
    return Value(left + _times(right, alpha), channels_last)


@FAMILY.rule(aten.sub.Tensor, aten.sub.Scalar, accepts=[result_is_number])
def subtract(context: Context, *, input: Operand, other: Operand | Number, alpha: Number) -> Value:
    """Input - alpha * other."""
    (left, right), channels_last = align(context, [input, other])
    return Value(left - _times(right, alpha), channels_last)


@FAMILY.rule(aten.rsub.Tensor, aten.rsub.Scalar, accepts=[result_is_number])
def subtract_from(context: Context, *, input: Operand, other: Operand | Number, alpha: Number) -> Value:
    """Other - alpha * input."""
    (left, right), channels_last = align(context, [input, other])
    return Value(right - _times(left, alpha), channels_last)


@FAMILY.rule(aten.clamp.default, aten.clamp.Tensor, accepts=[result_is_number])
def clamp(context: Context, *, input: Operand, min: Operand | Number | None, max: Operand | Number | None) -> Value:
    """Limit to min..max, either of which may be missing; where min is above max the result is max."""
    given = [bound for bound in (min, max) if bound is not None]
    (tensor, *bounds), channels_last = align(context, [input, *given])
    if min is not None:
        tensor = tf.maximum(tensor, bounds.pop(0))
    if max is not None:
        tensor = tf.minimum(tensor, bounds.pop(0))
    return Value(tensor, channels_last)


@FAMILY.rule(aten.clamp_min.default, aten.clamp_min.Tensor, accepts=[result_is_number])
def clamp_min(context: Context, *, input: Operand, min: Operand | Number) -> Value:
    """Limit from below."""
    (tensor, bound), channels_last = align(context, [input, min])
    return Value(tf.maximum(tensor, bound), channels_last)


@FAMILY.rule(aten.clamp_max.default, aten.clamp_max.Tensor, accepts=[result_is_number])
def clamp_max(context: Context, *, input: Operand, max: Operand | Number) -> Value:
    """Limit from above."""
    (tensor, bound), channels_last = align(context, [input, max])
    return Value(tf.minimum(tensor, bound), channels_last)


def _times(tensor: tf.Tensor, alpha: Number) -> tf.Tensor:
    return tensor if alpha == 1 else tensor * number(alpha, tensor.dtype)

"""Divisions that round, and what they leave over; of floats, and of whole numbers, which they keep exact."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, align
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_value
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.type_checks import result_is_number

aten = torch.ops.aten
FAMILY = Family(free_size=True)


def _does_not_divide_by_0(call: Call) -> str | None:
    return result_is_number(call) or ("it divides by 0" if call.arguments["other"] == 0 else None)


@FAMILY.rule(
    aten.div.Tensor_mode,
    aten.div.Scalar_mode,
    accepts=[_does_not_divide_by_0, is_value("rounding_mode", None, "floor", "trunc")],
)
def divide(context: Context, *, input: Operand, other: Operand | Number, rounding_mode: str | None) -> Value:
    """Divide, and round down or towards 0 if that is asked for."""
    (left, right), channels_last = align(context, [input, other])
    if rounding_mode is None:
        return Value(left / right, channels_last)
    if context.dtype.is_integer:
        whole = tf.math.floordiv(left, right) if rounding_mode == "floor" else tf.truncatediv(left, right)
        return Value(whole, channels_last)
    if rounding_mode == "trunc":
        return Value(_truncate(left / right), channels_last)
    # Not floor(left / right): 1 / 0.1 rounds to 10, though 0.1 goes only 9 whole times into 1, and torch says so.
    rest = _truncated_remainder(left, right)
    is_one_less = tf.logical_and(rest != 0, (rest < 0) != (right < 0))
    whole = tf.round((left - rest) / right) - tf.cast(is_one_less, left.dtype)
    return Value(tf.where(right == 0, left / right, whole), channels_last)


@FAMILY.rule(
    aten.remainder.Tensor,
    aten.remainder.Scalar,
    aten.remainder.Scalar_Tensor,
    accepts=[_does_not_divide_by_0],
)
def remainder(context: Context, *, input: Operand | Number, other: Operand | Number) -> Value:
    """Return what rounding down leaves over; it has the divisor's sign."""
    (left, right), channels_last = align(context, [input, other])
    return Value(tf.math.floormod(left, right), channels_last)


@FAMILY.rule(aten.fmod.Tensor, aten.fmod.Scalar, accepts=[_does_not_divide_by_0])
def truncated_remainder(context: Context, *, input: Operand, other: Operand | Number) -> Value:
    """Return what rounding towards 0 leaves over; it has the dividend's sign."""
    (left, right), channels_last = align(context, [input, other])
    if context.dtype.is_integer:
        return Value(left - tf.truncatediv(left, right) * right, channels_last)
    return Value(_truncated_remainder(left, right), channels_last)


@FAMILY.rule(aten.trunc.default, accepts=[result_is_number])
def truncate(context: Context, *, input: Value) -> Value:
    """Round towards 0."""
    return input if context.dtype.is_integer else input.stored_alike(_truncate(input.tensor))


def _truncated_remainder(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    return tf.sign(left) * tf.math.floormod(tf.abs(left), tf.abs(right))


def _truncate(tensor: tf.Tensor) -> tf.Tensor:
    return tf.sign(tensor) * tf.floor(tf.abs(tensor))

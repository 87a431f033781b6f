"""Divisions that round, and what they leave over."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, align
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_value
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.arithmetic import result_is_floating

aten = torch.ops.aten
FAMILY = Family(free_size=True)


def _divides_by_literal_or_floats(call: Call) -> str | None:
    return result_is_floating(call) or ("it divides by 0" if call.arguments["other"] == 0 else None)


@FAMILY.rule(
    aten.div.Tensor_mode,
    aten.div.Scalar_mode,
    accepts=[_divides_by_literal_or_floats, is_value("rounding_mode", "floor", "trunc")],
)
def divide(context: Context, *, input: Operand, other: Operand | Number, rounding_mode: str) -> Value:
    """Divide and round down, or towards 0."""
    (left, right), channels_last = align(context, [input, other])
    if rounding_mode == "trunc":
        return Value(_truncate(left / right), channels_last)
    # Not floor(left / right): 1 / 0.1 rounds to 10, though 0.1 goes only 9 whole times into 1, and torch says so.
    rest = _truncated_remainder(left, right)
    is_one_less = tf.logical_and(rest != 0, (rest < 0) != (right < 0))
    whole = tf.round((left - rest) / right) - tf.cast(is_one_less, left.dtype)
    return Value(tf.where(right == 0, left / right, whole), channels_last)


@FAMILY.rule(aten.remainder.Tensor, aten.remainder.Scalar, accepts=[_divides_by_literal_or_floats])
def remainder(context: Context, *, input: Operand, other: Operand | Number) -> Value:
    """Return what rounding down leaves over; it has the divisor's sign."""
    (left, right), channels_last = align(context, [input, other])
    return Value(tf.math.floormod(left, right), channels_last)


@FAMILY.rule(aten.fmod.Tensor, aten.fmod.Scalar, accepts=[_divides_by_literal_or_floats])
def truncated_remainder(context: Context, *, input: Operand, other: Operand | Number) -> Value:
    """Return what rounding towards 0 leaves over; it has the dividend's sign."""
    (left, right), channels_last = align(context, [input, other])
    return Value(_truncated_remainder(left, right), channels_last)


@FAMILY.rule(aten.trunc.default, accepts=[result_is_floating])
def truncate(context: Context, *, input: Value) -> Value:
    """Round towards 0."""
    return input.stored_alike(_truncate(input.tensor))


def _truncated_remainder(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    return tf.sign(left) * tf.math.floormod(tf.abs(left), tf.abs(right))


def _truncate(tensor: tf.Tensor) -> tf.Tensor:
    return tf.sign(tensor) * tf.floor(tf.abs(tensor))

"""Powers of floats and of whole numbers."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, align
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.type_checks import result_is_number

aten = torch.ops.aten
_SQUARE, _SQUARE_ROOT = 2, 0.5
FAMILY = Family(free_size=True)


@FAMILY.rule(aten.pow.Tensor_Scalar, aten.pow.Tensor_Tensor, aten.pow.Scalar, accepts=[result_is_number])
def power(context: Context, *, input: Operand | Number, exponent: Operand | Number) -> Value:
    """Input to the power of exponent."""
    (base, exponents), channels_last = align(context, [input, exponent])
    if isinstance(exponent, int | float) and exponent == _SQUARE:
        return Value(tf.square(base), channels_last)
    if isinstance(exponent, int | float) and exponent == _SQUARE_ROOT:
        return Value(tf.sqrt(base), channels_last)
    if context.dtype.is_integer and not isinstance(exponent, int):
        return Value(_whole_power(base, exponents), channels_last)
    return Value(tf.pow(base, exponents), channels_last)


def _whole_power(base: tf.Tensor, exponents: tf.Tensor) -> tf.Tensor:
    """Return whole numbers for negative exponents too, where TensorFlow stops: 1 / base, cut off."""
    is_odd = tf.math.floormod(exponents, 2) == 1
    sign = tf.where(tf.logical_and(base < 0, is_odd), -tf.ones_like(base), tf.ones_like(base))
    inverse = tf.where(tf.abs(base) == 1, sign, tf.zeros_like(base))
    return tf.where(exponents < 0, inverse, tf.pow(base, tf.maximum(exponents, 0)))

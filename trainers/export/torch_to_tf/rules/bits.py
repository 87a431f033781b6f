"""Operations on the bits of whole numbers; on booleans they are logic."""

from collections.abc import Callable

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, align
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family

aten = torch.ops.aten
FAMILY = Family()

_Function = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def _shifts_by_fewer_bits_than_there_are(call: Call) -> str | None:
    bits, shift = torch.iinfo(call.result.dtype).bits, call.arguments["other"]
    if isinstance(shift, int) and 0 <= shift < bits:
        return None
    return f"it shifts by {shift}; carried is a number from 0 to {bits - 1}"


def _bitwise(of_bits: _Function, of_booleans: _Function) -> Convert:
    def convert(context: Context, *, input: Operand | Number, other: Operand | Number) -> Value:
        (left, right), channels_last = align(context, [input, other])
        function = of_booleans if context.dtype == tf.bool else of_bits
        return Value(function(left, right), channels_last)

    return convert


for _name, _of_bits, _of_booleans in [
    ("bitwise_and", tf.bitwise.bitwise_and, tf.logical_and),
    ("bitwise_or", tf.bitwise.bitwise_or, tf.logical_or),
    ("bitwise_xor", tf.bitwise.bitwise_xor, tf.math.logical_xor),
]:
    _op = getattr(aten, _name)
    FAMILY.rule(_op.Tensor, _op.Scalar, _op.Scalar_Tensor)(_bitwise(_of_bits, _of_booleans))
for _targets, _shift in [
    ((aten.bitwise_left_shift.Tensor_Scalar, aten.__lshift__.Scalar), tf.bitwise.left_shift),
    ((aten.bitwise_right_shift.Tensor_Scalar, aten.__rshift__.Scalar), tf.bitwise.right_shift),
]:
    FAMILY.rule(*_targets, accepts=[_shifts_by_fewer_bits_than_there_are])(_bitwise(_shift, _shift))


@FAMILY.rule(aten.bitwise_not.default)
def invert(context: Context, *, input: Value) -> Value:
    """Invert every bit."""
    return input.stored_alike(
        tf.logical_not(input.tensor) if context.dtype == tf.bool else tf.bitwise.invert(input.tensor)
    )

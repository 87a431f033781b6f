"""Choices between two values by a condition."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, align
from trainers.export.torch_to_tf.checks import is_boolean
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family(free_size=True)


@FAMILY.rule(
    aten.where.self,
    aten.where.ScalarOther,
    aten.where.ScalarSelf,
    aten.where.Scalar,
    accepts=[is_boolean("condition")],
)
def where(context: Context, *, condition: Operand, input: Operand | Number, other: Operand | Number) -> Value:
    """Take input where the condition holds and other elsewhere, all three broadcast."""
    dtypes = [tf.bool, context.dtype, context.dtype]
    (chosen, left, right), channels_last = align(context, [condition, input, other], dtypes=dtypes)
    return Value(tf.where(chosen, left, right), channels_last)


@FAMILY.rule(aten.masked_fill.Scalar, aten.masked_fill.Tensor, accepts=[is_boolean("mask")])
def masked_fill(context: Context, *, input: Operand, mask: Operand, value: Operand | Number) -> Value:
    """Put value where the mask holds."""
    return where(context, condition=mask, input=value, other=input)

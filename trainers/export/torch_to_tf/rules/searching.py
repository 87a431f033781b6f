"""Where values belong in a sorted row."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call, argument_name
from trainers.export.torch_to_tf.checks import is_value
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family()


def _compares_one_type(call: Call) -> str | None:
    names = [argument.name for argument in call.target._schema.arguments[:2]]
    types = {call.tensor(argument_name(name)).dtype for name in names}
    return None if len(types) == 1 else "the row and the values are of different types; convert one of them"


@FAMILY.rule(
    aten.searchsorted.Tensor,
    accepts=[is_value("side", None, "left", "right"), _compares_one_type],
    implied=["out_int32"],
)
def search(context: Context, *, sorted_sequence: Operand, input: Operand, right: bool, side: str | None) -> Value:
    """Count, for each value, the elements of its row, or of the only row, that are smaller (or equal)."""
    row, values = context.logical(sorted_sequence), context.logical(input)
    return Value(_count(context, tf.expand_dims(row, -2), values, is_right=right or side == "right"))


@FAMILY.rule(aten.bucketize.Tensor, accepts=[_compares_one_type], implied=["out_int32"])
def bucketize(context: Context, *, input: Operand, boundaries: Operand, right: bool) -> Value:
    """Count, for each value, the boundaries that are smaller (or equal)."""
    return Value(_count(context, context.logical(boundaries), context.logical(input), is_right=right))


def _count(context: Context, rows: tf.Tensor, values: tf.Tensor, *, is_right: bool) -> tf.Tensor:
    values = tf.expand_dims(values, -1)
    is_before = tf.less_equal(rows, values) if is_right else tf.less(rows, values)
    if values.dtype.is_floating:
        # NaN, which compares with nothing, comes after everything. The negated comparison would say so too, but
        # TensorFlow's optimiser turns that into the opposite comparison, which is another thing for NaN (seen in 2.21).
        is_before = tf.logical_or(is_before, tf.math.is_nan(values))
    return tf.reduce_sum(tf.cast(is_before, context.dtype), -1)

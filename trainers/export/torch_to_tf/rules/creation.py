"""New tensors filled with one number, whose size depends on the batch."""

import tensorflow as tf

from trainers.export.torch_to_tf.broadcasting import Number, number
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.creation_ops import CHOSEN_FILLS, FIXED_FILLS
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.shape_checks import has_computable_extents

FAMILY = Family(free_size=True)
_IMPLIED = ["input", "size", "dtype"]


def _fixed(fill_value: int) -> Convert:
    def convert(context: Context) -> Value:
        return fill(context, fill_value=fill_value)

    return convert


@FAMILY.rule(*CHOSEN_FILLS, accepts=[has_computable_extents], implied=_IMPLIED)
def fill(context: Context, *, fill_value: Number) -> Value:
    """Write one number everywhere."""
    return Value(tf.fill(tf.stack(context.shape), number(fill_value, context.dtype)))


for _target, _number in FIXED_FILLS.items():
    FAMILY.rule(_target, accepts=[has_computable_extents], implied=_IMPLIED)(_fixed(_number))

"""New tensors filled with one number, or counting up, whose size depends on the batch."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, number
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.creation_ops import CHOSEN_FILLS, FIXED_FILLS
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Convert, Family
from trainers.export.torch_to_tf.shape_checks import has_computable_extents

aten = torch.ops.aten
FAMILY = Family(free_size=True)
_IMPLIED = ["input", "size", "dtype"]


def _starts_and_steps_by_numbers(call: Call) -> str | None:
    fixed = all(isinstance(call.arguments[name], int | float) for name in ("start", "step"))
    return None if fixed else "its start or step depends on the batch size; use numbers there"


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


@FAMILY.rule(
    aten.arange.start_step,
    accepts=[_starts_and_steps_by_numbers, has_computable_extents],
    implied=["end", "dtype"],
)
def count_up(context: Context, *, start: Number, step: Number) -> Value:
    """Count as far as the batch goes, as in x[torch.arange(len(x)), index]."""
    steps = tf.cast(tf.range(context.shape[0]), context.dtype)
    return Value(steps * tf.cast(step, context.dtype) + tf.cast(start, context.dtype))

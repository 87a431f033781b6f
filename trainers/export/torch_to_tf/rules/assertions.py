"""Checks of values that torch makes while a model runs, as in one_hot."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family()


@FAMILY.rule(aten._assert_async.msg)
def check(context: Context, *, input: Operand, assert_msg: str) -> None:
    """Stop the request where torch would stop; TFLite and XLA leave checks out."""
    tf.debugging.Assert(tf.cast(context.logical(input), tf.bool), [assert_msg])

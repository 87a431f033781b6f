"""Softmax and its logarithm."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import has_axes, is_floating, is_value
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family(free_size=True)
_FLOATING = [is_floating("input"), has_axes]
_OF_ONE_TYPE = [*_FLOATING, is_value("half_to_float", False)]


@FAMILY.rule(aten.softmax.int, accepts=_FLOATING)
@FAMILY.rule(aten._softmax.default, accepts=_OF_ONE_TYPE, implied=["half_to_float"])
def softmax(context: Context, *, input: Value, dim: int) -> Value:
    """Exponentials that sum to 1 along an axis."""
    return input.stored_alike(tf.nn.softmax(input.tensor, axis=input.position(dim)))


@FAMILY.rule(aten.log_softmax.int, accepts=_FLOATING)
@FAMILY.rule(aten._log_softmax.default, accepts=_OF_ONE_TYPE, implied=["half_to_float"])
def log_softmax(context: Context, *, input: Value, dim: int) -> Value:
    """Logarithm of the softmax along an axis."""
    return input.stored_alike(tf.nn.log_softmax(input.tensor, axis=input.position(dim)))

"""Distances between all pairs of rows."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import is_floating, rank_at_least
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.norms import norm

aten = torch.ops.aten
FAMILY = Family()


@FAMILY.rule(
    aten._cdist_forward.default,
    aten.cdist.default,
    accepts=[rank_at_least(2, "x1", "x2"), is_floating("x1", "x2")],
    implied=["compute_mode"],
)
def distances(context: Context, *, x1: Operand, x2: Operand, p: float) -> Value:
    """Return the p-norm of the difference of every row of one matrix and every row of another."""
    differences = tf.expand_dims(context.logical(x1), -2) - tf.expand_dims(context.logical(x2), -3)
    return Value(norm(differences, [-1], order=p, keepdims=False))

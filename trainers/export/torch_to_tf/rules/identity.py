"""Ops that change no value: copies, aliases, dropout that is off."""

import torch

from trainers.export.torch_to_tf.checks import is_value
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family(free_size=True)


@FAMILY.rule(
    aten.clone.default,
    aten.alias.default,
    aten.detach.default,
    aten.contiguous.default,
    aten.lift_fresh_copy.default,
)
def keep(context: Context, *, input: Value) -> Value:
    """Return the value itself: TensorFlow's values are never changed in place."""
    return input


@FAMILY.rule(
    aten.dropout.default,
    aten.feature_dropout.default,
    aten.alpha_dropout.default,
    aten.feature_alpha_dropout.default,
    accepts=[is_value("train", False)],
    implied=["train", "p"],
)
def dropout(context: Context, *, input: Value) -> Value:
    """Return the value itself: only dropout that is off is accepted."""
    return input

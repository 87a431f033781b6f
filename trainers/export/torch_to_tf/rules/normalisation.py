"""Batch, layer and group normalisation."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.batch_norm_folding import BATCH_NORM
from trainers.export.torch_to_tf.checks import (
    is_constant,
    is_floating,
    only_first_result_is_used,
    rank_at_least,
)
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.channel_factors import normalise_by_fixed_numbers, scale_and_shift
from trainers.export.torch_to_tf.rules.group_statistics import normalise_groups
from trainers.export.torch_to_tf.shape_checks import has_known_channels, has_reshapable_extents
from trainers.export.torch_to_tf.symbolic import Extent

aten = torch.ops.aten
FAMILY = Family(free_size=True)


@FAMILY.rule(
    BATCH_NORM,
    accepts=[
        rank_at_least(2, "input"),
        is_floating("input"),
        is_constant("weight", "bias", "running_mean", "running_var"),
        only_first_result_is_used,
    ],
    implied=["momentum"],
)
def batch_norm(
    context: Context,
    *,
    input: Value,
    weight: Constant | None,
    bias: Constant | None,
    running_mean: Constant,
    running_var: Constant,
    eps: float,
) -> tuple[Value, None, None]:
    """Scale and shift each channel by fixed numbers; for batch norms that no convolution could take in."""
    return (
        normalise_by_fixed_numbers(
            context, input, weight=weight, bias=bias, mean=running_mean, variance=running_var, eps=eps
        ),
        None,
        None,
    )


@FAMILY.rule(
    aten.layer_norm.default,
    accepts=[is_floating("input"), is_constant("weight", "bias")],
    implied=["cudnn_enable"],
    symbolic=["normalized_shape"],
)
def layer_norm(
    context: Context,
    *,
    input: Value,
    normalized_shape: Sequence[Extent],
    weight: Constant | None,
    bias: Constant | None,
    eps: float,
) -> Value:
    """Normalise over the last axes, whose shape is normalized_shape, then scale and shift each element."""
    tensor = context.logical(input)
    axes = list(range(context.rank - len(normalized_shape), context.rank))
    mean, variance = tf.nn.moments(tensor, axes, keepdims=True)
    tensor = (tensor - mean) * tf.math.rsqrt(variance + eps)
    if weight is not None:
        tensor = tensor * context.weight(weight)
    return Value(tensor if bias is None else tensor + context.weight(bias))


@FAMILY.rule(
    aten.group_norm.default,
    accepts=[is_floating("input"), is_constant("weight", "bias"), has_known_channels, has_reshapable_extents],
    implied=["cudnn_enabled"],
)
def group_norm(
    context: Context, *, input: Value, num_groups: int, weight: Constant | None, bias: Constant | None, eps: float
) -> Value:
    """Normalise each group of channels of each image, then scale and shift each channel."""
    return scale_and_shift(context, normalise_groups(context, input, num_groups, eps), weight, bias)

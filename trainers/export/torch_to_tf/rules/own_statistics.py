"""Norms that may take mean and variance from the images that they get: instance norm, and batch norm without memory."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.checks import (
    is_constant,
    is_floating,
    is_value,
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

aten = torch.ops.aten
FAMILY = Family(free_size=True)


@FAMILY.rule(
    aten.instance_norm.default,
    accepts=[
        is_floating("input"),
        is_constant("weight", "bias", "running_mean", "running_var"),
        has_known_channels,
        has_reshapable_extents,
    ],
    implied=["momentum", "cudnn_enabled"],
)
def instance_norm(
    context: Context,
    *,
    input: Value,
    weight: Constant | None,
    bias: Constant | None,
    running_mean: Constant | None,
    running_var: Constant | None,
    use_input_stats: bool,
    eps: float,
) -> Value:
    """Normalise each channel of each image by its own statistics, or by fixed ones, then scale and shift it."""
    if use_input_stats or running_mean is None or running_var is None:
        normalised = normalise_groups(context, input, int(input.extent(1) or 0), eps)
        return scale_and_shift(context, normalised, weight, bias)
    return normalise_by_fixed_numbers(
        context, input, weight=weight, bias=bias, mean=running_mean, variance=running_var, eps=eps
    )


@FAMILY.rule(
    aten._native_batch_norm_legit.no_stats,
    accepts=[
        rank_at_least(2, "input"),
        is_floating("input"),
        is_constant("weight", "bias"),
        is_value("training", True),
        only_first_result_is_used,
    ],
    implied=["training", "momentum"],
)
def batch_norm(
    context: Context, *, input: Value, weight: Constant | None, bias: Constant | None, eps: float
) -> tuple[Value, None, None]:
    """Normalise each channel by its statistics over the whole batch, whatever its size, then scale and shift it."""
    axes = input.positions([axis for axis in range(input.rank) if axis != 1])
    mean, variance = tf.nn.moments(input.tensor, axes, keepdims=True)
    normalised = input.stored_alike((input.tensor - mean) * tf.math.rsqrt(variance + eps))
    return scale_and_shift(context, normalised, weight, bias), None, None

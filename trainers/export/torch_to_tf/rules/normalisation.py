"""Batch, layer, group and instance normalisation."""

from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.batch_norm_folding import BATCH_NORM, affine_form
from trainers.export.torch_to_tf.broadcasting import align
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
    scale, shift = affine_form(_tensor(weight), _tensor(bias), running_mean.tensor, running_var.tensor, eps)
    named = weight or running_mean
    per_channel = [-1] + [1] * (context.rank - 2)
    factors = [
        context.derive(named, fixed.to(running_mean.tensor.dtype).reshape(per_channel), suffix)
        for fixed, suffix in ((scale, "scale"), (shift, "shift"))
    ]
    (tensor, scales, shifts), channels_last = align(context, [input, *factors])
    return Value(tensor * scales + shifts, channels_last), None, None


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
    return _scale_and_shift(context, normalise_groups(context, input, num_groups, eps), weight, bias)


@FAMILY.rule(
    aten.instance_norm.default,
    accepts=[
        is_value("use_input_stats", True),
        is_floating("input"),
        is_constant("weight", "bias"),
        has_known_channels,
        has_reshapable_extents,
    ],
    implied=["use_input_stats", "running_mean", "running_var", "momentum", "cudnn_enabled"],
)
def instance_norm(
    context: Context, *, input: Value, weight: Constant | None, bias: Constant | None, eps: float
) -> Value:
    """Normalise each channel of each image by its own statistics, then scale and shift it."""
    return _scale_and_shift(context, normalise_groups(context, input, int(context.shape[1]), eps), weight, bias)


def _scale_and_shift(context: Context, value: Value, weight: Constant | None, bias: Constant | None) -> Value:
    """Apply factors [C] along the channel axis."""
    per_channel = [-1] + [1] * (context.rank - 2)
    for factor, combine, suffix in ((weight, tf.multiply, "scale"), (bias, tf.add, "shift")):
        if factor is not None:
            shaped = context.derive(factor, factor.tensor.reshape(per_channel), suffix)
            (tensor, factors), channels_last = align(context, [value, shaped])
            value = Value(combine(tensor, factors), channels_last)
    return value


def _tensor(constant: Constant | None) -> torch.Tensor | None:
    return None if constant is None else constant.tensor

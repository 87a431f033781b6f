"""Scaling and shifting of each channel, which is axis 1 of values of any rank."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.batch_norm_folding import affine_form
from trainers.export.torch_to_tf.broadcasting import align
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value


def scale_and_shift(context: Context, value: Value, weight: Constant | None, bias: Constant | None) -> Value:
    """Apply factors [C] along the channel axis."""
    per_channel = [-1] + [1] * (context.rank - 2)
    for factor, combine, suffix in ((weight, tf.multiply, "scale"), (bias, tf.add, "shift")):
        if factor is not None:
            shaped = context.derive(factor, factor.tensor.reshape(per_channel), suffix)
            (tensor, factors), channels_last = align(context, [value, shaped])
            value = Value(combine(tensor, factors), channels_last)
    return value


def normalise_by_fixed_numbers(
    context: Context,
    value: Value,
    *,
    weight: Constant | None,
    bias: Constant | None,
    mean: Constant,
    variance: Constant,
    eps: float,
) -> Value:
    """Subtract a fixed mean of each channel, divide by its deviation, scale and shift; all in one step."""
    scale, shift = affine_form(_tensor(weight), _tensor(bias), mean.tensor, variance.tensor, eps)
    named, dtype = weight or mean, mean.tensor.dtype
    return scale_and_shift(
        context,
        value,
        context.derive(named, scale.to(dtype), "scale"),
        context.derive(named, shift.to(dtype), "shift"),
    )


def _tensor(constant: Constant | None) -> torch.Tensor | None:
    return None if constant is None else constant.tensor

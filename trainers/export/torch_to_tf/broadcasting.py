"""Bring the operands of an elementwise op to one element type and one order of axes."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf import layout
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.layout import Value

Number = bool | int | float


def align(
    context: Context, operands: Sequence[Operand | Number], *, dtypes: Sequence[tf.DType] | None = None
) -> tuple[list[tf.Tensor], bool]:
    """Return tensors that TensorFlow's broadcasting combines as torch's would.

    Args:
        context: The call; its result has the broadcast shape.
        operands: Values, constants and plain numbers, at least one of them a value.
        dtypes: What each is cast to; the result's type if None.

    Returns:
        The tensors, and whether they, and so the result, are channels-last.
    """
    channels_last = context.rank == layout.IMAGE_RANK and any(
        isinstance(one, Value) and one.channels_last for one in operands
    )
    wanted = dtypes or [context.dtype] * len(operands)
    aligned = [_align_one(context, *pair, channels_last=channels_last) for pair in zip(operands, wanted, strict=True)]
    return aligned, channels_last


def number(literal: Number, dtype: tf.DType) -> tf.Tensor:
    """Return a literal as a tensor with every digit that its type holds; whole numbers wrap around as in torch."""
    return tf.constant(np.asarray(literal).astype(dtype.as_numpy_dtype))


def _align_one(context: Context, operand: Operand | Number, dtype: tf.DType, *, channels_last: bool) -> tf.Tensor:
    if isinstance(operand, bool | int | float):
        return number(operand, dtype)
    tensor = _channels_last(context, operand) if channels_last else context.logical(operand)
    return tensor if tensor.dtype == dtype else tf.cast(tensor, dtype)


def _channels_last(context: Context, operand: Operand) -> tf.Tensor:
    """Return a tensor of any rank up to 4 so that it broadcasts against N, H, W, C."""
    if isinstance(operand, Constant):
        return context.weight(operand, "broadcast_NHWC", _broadcast_to_nhwc)
    if operand.rank == 0:
        return operand.tensor
    if operand.rank < layout.IMAGE_RANK:
        tensor = operand.tensor
        for _ in range(layout.IMAGE_RANK - operand.rank):
            tensor = tf.expand_dims(tensor, 0)
        operand = Value(tensor)
    return layout.to_channels_last(operand)


def _broadcast_to_nhwc(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.dim() == 0:
        return tensor
    return tensor.reshape([1] * (layout.IMAGE_RANK - tensor.dim()) + list(tensor.shape)).permute(
        layout.LOGICAL_AXIS_OF_NHWC
    )

"""Norms of vectors, of any order."""

import math
from collections.abc import Sequence

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_floating
from trainers.export.torch_to_tf.context import Context
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.rules.reduction import Axes, has_named_axes, reduce_axes

aten = torch.ops.aten
FAMILY = Family(free_size=True)

_EUCLIDEAN = 2


def norm(tensor: tf.Tensor, axes: Sequence[int], *, order: float, keepdims: bool) -> tf.Tensor:
    """Return the norm along some axes: a root of the sum of powers, or its limits for 0 and infinity."""
    sizes = tf.abs(tensor)
    if order == math.inf:
        return tf.reduce_max(sizes, axes, keepdims=keepdims)
    if order == -math.inf:
        return tf.reduce_min(sizes, axes, keepdims=keepdims)
    if order == 0:
        return tf.reduce_sum(tf.cast(sizes != 0, tensor.dtype), axes, keepdims=keepdims)
    if order == 1:
        return tf.reduce_sum(sizes, axes, keepdims=keepdims)
    if order == _EUCLIDEAN:
        return tf.sqrt(tf.reduce_sum(tf.square(tensor), axes, keepdims=keepdims))
    return tf.pow(tf.reduce_sum(tf.pow(sizes, order), axes, keepdims=keepdims), 1 / order)


def _keeps_type(call: Call) -> str | None:
    dtype = call.arguments["dtype"]
    return None if dtype in (None, call.tensor("input").dtype) else f"`dtype={dtype}` is not carried; convert first"


@FAMILY.rule(
    aten.linalg_vector_norm.default, accepts=[is_floating("input"), _keeps_type, has_named_axes], implied=["dtype"]
)
def vector_norm(context: Context, *, input: Value, ord: float, dim: Axes, keepdim: bool) -> Value:
    """Return the norm of each vector along some axes."""

    def reduction(tensor: tf.Tensor, axes: Sequence[int], *, keepdims: bool) -> tf.Tensor:
        return norm(tensor, axes, order=ord, keepdims=keepdims)

    return reduce_axes(input, dim, keepdim, reduction)

"""Scaled dot-product attention."""

import math

import numpy as np
import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import number
from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.checks import is_floating, rank_at_least
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family

aten = torch.ops.aten
FAMILY = Family(free_size=True)


def _has_static_tokens(call: Call) -> str | None:
    if call.arguments["is_causal"] and None in (call.extent("query", -2), call.extent("key", -2)):
        return "a causal mask over a dynamic number of tokens is not carried; keep the batch in the first axis"
    if call.arguments["scale"] is None and call.extent("query", -1) is None:
        return "the number of features depends on the batch size; keep the batch in the first axis"
    return None


def _has_known_features(call: Call) -> str | None:
    return NEEDS_FIXED_SIZE if call.extent("query", -1) is None else None


@FAMILY.rule(
    aten.scaled_dot_product_attention.default,
    accepts=[
        rank_at_least(2, "query", "key", "value"),
        is_floating("query", "key", "value"),
        _has_static_tokens,
        _has_known_features,
    ],
)
def attend(
    context: Context,
    *,
    query: Operand,
    key: Operand,
    value: Operand,
    attn_mask: Operand | None,
    is_causal: bool,
    scale: float | None,
) -> Value:
    """softmax(query @ key^T * scale + mask) @ value; a boolean mask is true where attention is allowed."""
    queries, keys, values = (context.logical(operand) for operand in (query, key, value))
    scale = 1 / math.sqrt(queries.shape[-1]) if scale is None else scale
    scores = tf.matmul(queries, keys, transpose_b=True) * number(scale, queries.dtype)
    mask = _mask(context, attn_mask, is_causal, scores)
    if mask is None:
        return Value(tf.matmul(tf.nn.softmax(scores), values))
    if mask.dtype != tf.bool:
        return Value(tf.matmul(tf.nn.softmax(scores + mask), values))
    attention = tf.nn.softmax(tf.where(mask, scores, scores.dtype.as_numpy_dtype(-np.inf)))
    # A token that may attend to nothing gives 0 in torch, where a softmax of nothing but -inf gives NaN.
    attention = tf.where(tf.reduce_any(mask, -1, keepdims=True), attention, tf.zeros([], attention.dtype))
    return Value(tf.matmul(attention, values))


def _mask(context: Context, attn_mask: Operand | None, is_causal: bool, scores: tf.Tensor) -> tf.Tensor | None:
    if is_causal:
        return tf.constant(np.tril(np.ones(scores.shape[-2:], bool)))
    return None if attn_mask is None else context.logical(attn_mask)

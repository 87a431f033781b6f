"""Matrix products."""

import tensorflow as tf
import torch

from trainers.export.torch_to_tf.broadcasting import Number, number
from trainers.export.torch_to_tf.checks import is_constant, is_floating, rank_at_least
from trainers.export.torch_to_tf.constants import Constant
from trainers.export.torch_to_tf.context import Context, Operand
from trainers.export.torch_to_tf.extents import extent_of, reshape_target
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.registry import Family
from trainers.export.torch_to_tf.shape_checks import has_reshapable_extents

aten = torch.ops.aten
FAMILY = Family(free_size=True)
_MATRIX_RANK = 2


@FAMILY.rule(
    aten.linear.default,
    accepts=[
        rank_at_least(2, "input", "weight"),
        is_constant("weight", "bias"),
        is_floating("input"),
        has_reshapable_extents,
    ],
)
def linear(context: Context, *, input: Value, weight: Constant, bias: Constant | None) -> Value:
    """Multiply the last axis [..., in] by a weight of torch's order [out, in]."""
    tensor = context.logical(input)
    kernel = context.weight(weight, "IO", lambda matrix: matrix.t())
    # One large product is faster than a batch of small ones.
    flat = tensor if input.rank == kernel.shape.rank else tf.reshape(tensor, [-1, int(weight.tensor.shape[1])])
    product = tf.matmul(flat, kernel)
    if bias is not None:
        product = tf.nn.bias_add(product, context.weight(bias))
    return Value(product) if flat is tensor else context.reshape(product)


@FAMILY.rule(aten.matmul.default, accepts=[rank_at_least(2, "input", "other"), is_floating("input", "other")])
def multiply(context: Context, *, input: Operand, other: Operand) -> Value:
    """Multiply two batches of matrices; the leading axes are broadcast."""
    left, right = context.logical(input), context.logical(other)
    is_one_matrix = all(extent == 1 for extent in right.shape[:-_MATRIX_RANK])
    if not is_one_matrix or not _MATRIX_RANK < left.shape.rank >= right.shape.rank:
        return Value(tf.matmul(left, right))
    # One large product: for [N, 1, R, K] @ [K, M], TensorFlow 2.21 with oneDNN writes beyond its memory.
    inner, outer = extent_of(right, -2), extent_of(right, -1)
    product = tf.matmul(tf.reshape(left, [-1, inner]), tf.reshape(right, [inner, outer]))
    return Value(tf.reshape(product, [*reshape_target(left)[:-1], outer]))


@FAMILY.rule(aten.mm.default, aten.bmm.default, accepts=[is_floating("input", "mat2")])
def multiply_alike(context: Context, *, input: Operand, mat2: Operand) -> Value:
    """Multiply two matrices, or two batches of equally many."""
    return multiply(context, input=input, other=mat2)


@FAMILY.rule(aten.addmm.default, accepts=[is_floating("mat1", "mat2")])
def multiply_and_add(
    context: Context, *, input: Operand, mat1: Operand, mat2: Operand, beta: Number, alpha: Number
) -> Value:
    """Return beta * input + alpha * mat1 @ mat2."""
    return _combine(context, input, tf.matmul(context.logical(mat1), context.logical(mat2)), beta, alpha)


@FAMILY.rule(aten.baddbmm.default, accepts=[is_floating("batch1", "batch2")])
def multiply_batches_and_add(
    context: Context, *, input: Operand, batch1: Operand, batch2: Operand, beta: Number, alpha: Number
) -> Value:
    """Return beta * input + alpha * batch1 @ batch2."""
    return _combine(context, input, tf.matmul(context.logical(batch1), context.logical(batch2)), beta, alpha)


def _combine(context: Context, addend: Operand, product: tf.Tensor, beta: Number, alpha: Number) -> Value:
    product = product if alpha == 1 else product * number(alpha, product.dtype)
    if beta == 0:
        # torch does not even look at the addend then, so its NaNs do not spread.
        return Value(product)
    added = context.logical(addend)
    return Value(product + (added if beta == 1 else added * number(beta, added.dtype)))

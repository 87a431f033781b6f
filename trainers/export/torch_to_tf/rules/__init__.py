"""The rules, one file for each family of ATen ops, and the table of all of them."""

from trainers.export.torch_to_tf.registry import merge
from trainers.export.torch_to_tf.rules import (
    activations,
    arithmetic,
    attention,
    average_pooling,
    casting,
    comparison,
    convolution,
    creation,
    identity,
    indexing,
    joining,
    linear_algebra,
    max_pooling,
    normalisation,
    padding,
    permutation,
    pointwise,
    reduction,
    resize,
    selection,
    shape,
    softmax,
    transposed_convolution,
)

RULES = merge(
    [
        activations.FAMILY,
        arithmetic.FAMILY,
        attention.FAMILY,
        average_pooling.FAMILY,
        casting.FAMILY,
        comparison.FAMILY,
        convolution.FAMILY,
        creation.FAMILY,
        identity.FAMILY,
        indexing.FAMILY,
        joining.FAMILY,
        linear_algebra.FAMILY,
        max_pooling.FAMILY,
        normalisation.FAMILY,
        padding.FAMILY,
        permutation.FAMILY,
        pointwise.FAMILY,
        reduction.FAMILY,
        resize.FAMILY,
        selection.FAMILY,
        shape.FAMILY,
        softmax.FAMILY,
        transposed_convolution.FAMILY,
    ]
)
"""Every op that is mapped directly; others go through torch's own decomposition, or are refused."""
